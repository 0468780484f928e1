/** Rows of custom resources, from the printer columns of their CRD. */
import {compileJsonPath, type JsonPath, JsonPathError} from '../json-path.ts';
import type {PrinterColumn} from '../resource-type.ts';
import {ageOf} from './cell-age.ts';
import {nameColumn, type Printer} from './printer.ts';

export function customPrinter(columns: readonly PrinterColumn[]): Printer {
  const paths = columns.map(column => compileOrNothing(column.jsonPath));
  return {
    columns: [
      nameColumn,
      ...columns.map(column => ({
        name: column.name,
        type: column.type,
        format: column.format ?? '',
        description: column.description ?? `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
        priority: column.priority ?? 0,
      })),
    ],
    cells: (object, nowMs) => [
      object.metadata.name,
      ...columns.map((column, index) => cell(column.type, paths[index]?.(object)[0], nowMs)),
    ],
  };
}

/** A column whose path the CRD admitted but that cannot be read stays empty. */
function compileOrNothing(path: string): JsonPath {
  try {
    return compileJsonPath(path);
  } catch (error) {
    if (error instanceof JsonPathError) return () => [];
    throw error;
  }
}

function cell(type: string, value: unknown, nowMs: number): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageOf(value, nowMs) : null;
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}
