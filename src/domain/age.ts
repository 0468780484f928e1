/** Durations in the words in which kubectl prints an age: short, and coarser the longer they are. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;

/** Up to two seconds of the future count as now, since clocks differ; further ahead is `<invalid>`. */
export function humanDuration(durationMs: number): string {
  if (Number.isNaN(durationMs) || durationMs <= -2 * secondMs) return '<invalid>';
  if (durationMs < 0) return '0s';
  if (durationMs < 2 * minuteMs) return `${whole(durationMs, secondMs)}s`;
  if (durationMs < 10 * minuteMs) return pair(durationMs, minuteMs, 'm', secondMs, 's');
  if (durationMs < 3 * hourMs) return `${whole(durationMs, minuteMs)}m`;
  if (durationMs < 8 * hourMs) return pair(durationMs, hourMs, 'h', minuteMs, 'm');
  if (durationMs < 2 * dayMs) return `${whole(durationMs, hourMs)}h`;
  if (durationMs < 8 * dayMs) return pair(durationMs, dayMs, 'd', hourMs, 'h');
  if (durationMs < 2 * yearMs) return `${whole(durationMs, dayMs)}d`;
  if (durationMs < 8 * yearMs) return pair(durationMs, yearMs, 'y', dayMs, 'd');
  return `${whole(durationMs, yearMs)}y`;
}

function whole(durationMs: number, unitMs: number): number {
  return Math.floor(durationMs / unitMs);
}

function pair(durationMs: number, unitMs: number, unit: string, restMs: number, rest: string): string {
  const remainder = whole(durationMs % unitMs, restMs);
  return `${whole(durationMs, unitMs)}${unit}${remainder === 0 ? '' : `${remainder}${rest}`}`;
}
