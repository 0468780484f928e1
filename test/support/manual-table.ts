/** What the manual of databases says in its tables: a test that compares keeps it true. */
import {readFileSync} from 'node:fs';

const manual = new URL('../../docs/postgres.md', import.meta.url);

/** Of the row that begins with this name, behind it and without figures; none where there is no such row. */
export function manualCells(name: string): readonly string[] {
  const rows = readFileSync(manual, 'utf8')
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()));
  return (rows.find(([, first]) => first === name) ?? []).slice(2).map(withoutFigures);
}

/** They shift with the pace of the simulation. */
export function withoutFigures(cell: string): string {
  return cell.replace(/loses \d+/, 'loses N');
}
