/** Sizes of volumes and distances in the log: as Kubernetes writes them, and in words for the screen. */

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Bytes of a quantity such as 10Gi; undefined where it is none. */
export function readByteSize(quantity: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:e(\d+))?([A-Za-z]{0,2})$/.exec(quantity);
  const unit = units[match?.[3] ?? ''];
  if (match === null || unit === undefined) return undefined;
  return Number(match[1]) * 10 ** Number(match[2] ?? 0) * unit;
}

export function formatBytes(bytes: number): string {
  const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  const power = Math.min(steps.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${value < 10 && power > 0 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${steps[power]}`;
}
