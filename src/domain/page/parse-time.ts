/** Times as the API server writes them. */

/** Epoch milliseconds; undefined for what is no time. */
export function parseTime(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
