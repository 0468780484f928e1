/** What the program asks of the server when it opens a kind, and what it costs everyone while nothing happens. */
import type {Figure} from './figures.ts';
import {pause} from './pause.ts';
import type {Probe} from './probe.ts';
import {readCpuSeconds} from './process-usage.ts';
import type {SeenRequest, Target} from './target.ts';

const quietSeconds = 30;
const cpuPercentMax = 1;
const bytesPerSecondMax = 200;

/** One LIST, be it in pages, and one WATCH of each kind that is open; the page that continues a LIST is none of its own. */
export function openingRequests(target: Target, all: readonly SeenRequest[]): Figure[] {
  const ours = all.filter(isOurs);
  const kinds = new Map<string, {lists: number; pages: number; watches: number}>();
  for (const {path, query} of ours) {
    if (!query.has('watch') && !query.has('limit')) continue;
    const kind = kinds.get(path) ?? {lists: 0, pages: 0, watches: 0};
    if (query.has('watch')) kind.watches += 1;
    else if (query.has('continue')) kind.pages += 1;
    else kind.lists += 1;
    kinds.set(path, kind);
  }
  const worst = (count: 'lists' | 'watches'): number => Math.max(...[...kinds.values()].map(kind => kind[count]));
  const note = [...kinds].map(([path, {lists, pages, watches}]) => `${path.split('/').at(-1)} ${lists}(+${pages}) ${watches}`).join(', ');
  const figure = (name: string, measured: number, limit: number | undefined, text: string): Figure => {
    return {target: target.name, name, limit, measured, unit: '', note: text};
  };
  const others = ours.length - [...kinds.values()].reduce((sum, {lists, pages, watches}) => sum + lists + pages + watches, 0);
  return [
    figure('LISTs per open kind', worst('lists'), 1, `lists(+further pages) watches: ${note}`),
    figure('WATCHes per open kind', worst('watches'), 1, ''),
    figure('other requests when opening', others, undefined, 'discovery, versions, /readyz'),
  ];
}

export async function measureQuiet(target: Target, probe: Probe): Promise<Figure[]> {
  const requestsBefore = (await target.requests()).length;
  const [cpuBefore, mark] = [readCpuSeconds(probe.pid), probe.mark()];
  const startedAt = performance.now();
  await pause(quietSeconds * 1000);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = readCpuSeconds(probe.pid) - cpuBefore;
  const bytes = mark.bytes();
  const asked = (await target.requests()).slice(requestsBefore).filter(isOurs);
  const alive = asked.filter(({path}) => path === '/readyz');
  const rest = asked.filter(({path}) => path !== '/readyz').map(({path}) => path);
  const note = `in ${seconds.toFixed(0)} s`;
  const figure = (name: string, limit: number, measured: number, unit: Figure['unit'], text: string): Figure => {
    return {target: target.name, name, limit, measured, unit, note: text};
  };
  return [
    figure('requests while quiet', 0, rest.length, '', `${note}; /readyz apart: ${alive.length} ${[...new Set(rest)].join(' ')}`.trimEnd()),
    figure('idle processor time', cpuPercentMax, (cpu / seconds) * 100, '%', `${note}, of one core`),
    figure('idle bytes to the terminal', bytesPerSecondMax, bytes / seconds, 'B/s', note),
  ];
}

function isOurs({userAgent}: SeenRequest): boolean {
  return userAgent.startsWith('deckhand/');
}
