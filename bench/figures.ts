/** The budgets and what was measured of them: as a table for people and as JSON for comparing runs. */

export type Unit = 'ms' | 'MB' | '%' | 'B/s' | 'B' | '';

export type Figure = {
  readonly target: string;
  readonly name: string;
  /** undefined: measured beside the budgets, with none of its own. */
  readonly limit: number | undefined;
  readonly measured: number;
  readonly unit: Unit;
  /** Spread, counts, and what else one must know to trust the number. */
  readonly note: string;
};

export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** median and extremes, for a note. */
export function spread(samples: readonly number[]): string {
  const [low, middle, high] = [quantile(samples, 0), quantile(samples, 0.5), quantile(samples, 1)].map(value => value.toFixed(0));
  return `median ${middle}, ${low}…${high}, n=${samples.length}`;
}

export function verdict({limit, measured}: Figure): 'ok' | 'over' | '' {
  if (limit === undefined) return '';
  return measured <= limit ? 'ok' : 'over';
}

export function formatFigures(figures: readonly Figure[]): string {
  const header = ['TARGET', 'FIGURE', 'BUDGET', 'MEASURED', '', 'NOTE'];
  const rows = figures.map(figure => [
    figure.target,
    figure.name,
    figure.limit === undefined ? '' : `≤ ${figure.limit} ${figure.unit}`.trimEnd(),
    `${round(figure.measured)} ${figure.unit}`.trimEnd(),
    verdict(figure),
    figure.note,
  ]);
  const widths = header.map((title, index) => Math.max(title.length, ...rows.map(row => row[index]?.length ?? 0)));
  return [header, ...rows]
    .map(row =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(2) : value.toFixed(0);
}
