/** The door through which parts without a screen tell what happened: a constant message, and what varies as fields. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Fields hold no secrets; whoever writes them down makes control characters visible. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number | boolean>>) => void;
