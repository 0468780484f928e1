/** What a table column holds, by which its cells are compared in sorting and filtering. */

/**
 * 'age' and 'time' hold epoch milliseconds (or, from a server's Table, an age already printed: `5m`), 'duration' holds
 * milliseconds (or a printed duration); 'version' and 'quantity' hold text.
 */
export type ColumnKind = 'text' | 'number' | 'age' | 'time' | 'duration' | 'version' | 'quantity';

export type QueryColumn = {readonly title: string; readonly kind: ColumnKind};

export type ColumnValue = string | number | undefined;
