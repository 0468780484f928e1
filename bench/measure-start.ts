/** From the start of the program to its first frame and to its first rows, with a compile cache that is warm and one that is empty. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Figure, quantile, spread} from './figures.ts';
import {openProbe} from './probe.ts';
import {program} from './program.ts';
import {moduleNames, releaseNames, type Target} from './target.ts';

const runs = 7;
const coldRuns = 3;
const frameMsMax = 400;
const dataMsMax = 1_000;

type Start = {readonly frameMs: number; readonly dataMs: number};

export async function measureStart(target: Target): Promise<Figure[]> {
  const warm = mkdtempSync(join(tmpdir(), 'deckhand-bench-'));
  const args = ['--kubeconfig', target.kubeconfig, '-c'];
  const modules = [...args, 'modules'];
  const [firstModule = ''] = moduleNames().sort();
  const [firstRelease = ''] = releaseNames().sort();
  try {
    await startOnce(modules, firstModule, warm);
    const small = await repeat(runs, () => startOnce(modules, firstModule, warm));
    const large = await repeat(runs, () => startOnce([...args, 'modulereleases'], firstRelease, warm));
    const cold = await repeat(coldRuns, () => startCold(modules, firstModule));
    return [
      figure(target.name, 'first frame', frameMsMax, small.map(frameOf), 'compile cache warm'),
      figure(target.name, 'first data: 200 modules', dataMsMax, small.map(dataOf), 'compile cache warm'),
      figure(target.name, 'first data: 10,000 releases', dataMsMax, large.map(dataOf), 'compile cache warm'),
      figure(target.name, 'first frame, first start ever', undefined, cold.map(frameOf), 'compile cache empty'),
      figure(target.name, 'first data, first start ever', undefined, cold.map(dataOf), 'compile cache empty, 200 modules'),
    ];
  } finally {
    rmSync(warm, {recursive: true});
  }
}

/** The demo brings its own server, which starts and fills itself meanwhile: no budget, but what a newcomer waits. */
export async function measureDemoStart(): Promise<Figure[]> {
  const cache = mkdtempSync(join(tmpdir(), 'deckhand-bench-'));
  try {
    const starts = await repeat(4, () => startOnce(['--demo'], '● ok', cache));
    const warm = starts.slice(1);
    return [
      figure('demo', 'first frame', frameMsMax, warm.map(frameOf), 'compile cache warm'),
      figure('demo', 'first data', undefined, warm.map(dataOf), 'its server starts at the same time'),
    ];
  } finally {
    rmSync(cache, {recursive: true});
  }
}

async function startCold(args: readonly string[], name: string): Promise<Start> {
  const cache = mkdtempSync(join(tmpdir(), 'deckhand-bench-'));
  try {
    return await startOnce(args, name, cache);
  } finally {
    rmSync(cache, {recursive: true});
  }
}

async function startOnce(args: readonly string[], name: string, cache: string): Promise<Start> {
  const probe = openProbe({
    ...program(args), // Where the program's own compile cache goes; NODE_COMPILE_CACHE would turn on more than that.
    env: {TMPDIR: cache},
  });
  try {
    const frame = probe.sinceSpawn(({screen}) => screen()[0]?.includes('deckhand') === true);
    const data = probe.sinceSpawn(({screen}) => screen().some(line => line.includes(name)));
    const start = {frameMs: await frame, dataMs: await data};
    // The cache is written when the program ends by itself.
    probe.press('ctrl-c');
    await probe.exit;
    return start;
  } finally {
    await probe.close();
  }
}

const frameOf = ({frameMs}: Start): number => frameMs;
const dataOf = ({dataMs}: Start): number => dataMs;

async function repeat<Result>(count: number, run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < count; index += 1) results.push(await run());
  return results;
}

function figure(target: string, name: string, limit: number | undefined, samples: readonly number[], note: string): Figure {
  return {target, name, limit, measured: quantile(samples, 0.5), unit: 'ms', note: `${note}; ${spread(samples)}`};
}
