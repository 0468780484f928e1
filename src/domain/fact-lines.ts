/** What a gate stands on as lines to read, on the screen and in the status alike. */
import {type Fields, isFields} from './fields.ts';

/** `leader: db-0`, `claims: pgdata-db-0: …`: a line for each fact, and for each part of one that has parts. */
export function factLines(facts: Fields): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (Array.isArray(value)) return value.length === 0 ? [`${name}: none`] : value.map(item => `${name}: ${inLine(item)}`);
    if (!isFields(value)) return [`${name}: ${inLine(value)}`];
    const parts = Object.entries(value);
    return parts.length === 0 ? [`${name}: none`] : parts.map(([part, of]) => `${name}: ${part}: ${inLine(of)}`);
  });
}

function inLine(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inLine).join(', ');
  if (!isFields(value)) return String(value);
  return Object.entries(value)
    .map(([name, of]) => `${name} ${inLine(of)}`)
    .join(', ');
}
