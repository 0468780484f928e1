/** The code that Node gives an error (`ENOENT`, `ECONNREFUSED`), or its name: short enough for a sentence, and never a secret. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name;
}
