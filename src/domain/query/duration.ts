/** Durations as people type and kubectl prints them: `90s`, `5m`, `2d3h`, `1y40d`. */

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds; undefined where the text is no duration. A number needs its unit. */
export function parseDurationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdwy]))+$/i.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwy])/gi)) {
    total += Number(amount) * (unitMs[(unit ?? '').toLowerCase()] ?? 0);
  }
  return total;
}
