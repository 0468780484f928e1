/** The same figures of kubetui, where it is on PATH: pods of one namespace, which both programs can show. */
import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import process from 'node:process';
import {type Figure, quantile, spread} from './figures.ts';
import {pause} from './pause.ts';
import {openProbe} from './probe.ts';
import {readCpuSeconds, readMemory} from './process-usage.ts';
import type {Target} from './target.ts';

const quietSeconds = 20;
const moves = 60;

export async function measureKubetui(target: Target): Promise<Figure[]> {
  const path = findProgram('kubetui');
  if (path === undefined) {
    process.stderr.write('kubetui is not on PATH: its figures are left out\n');
    return [];
  }
  const probe = openProbe({command: path, args: ['--namespaces', 'shop'], env: {KUBECONFIG: target.kubeconfig}});
  const figure = (name: string, measured: number, unit: Figure['unit'], note: string): Figure => {
    return {target: `kubetui, ${target.name}`, name, limit: undefined, measured, unit, note};
  };
  try {
    const frameMs = await probe.sinceSpawn(({screen}) => screen().some(line => line.trim() !== ''));
    const dataMs = await probe.sinceSpawn(({screen}) => screen().some(line => line.includes('web-')));
    await pause(3_000);
    const times: number[] = [];
    const sizes: number[] = [];
    for (let index = 0; index < moves; index += 1) {
      const mark = probe.mark();
      // The frame of a program that does not mark its frames begins with the first bytes after the key.
      times.push(
        await probe.timeUntil(
          () => probe.press(index % 20 < 10 ? 'j' : 'k'),
          () => mark.bytes() > 0,
        ),
      );
      await pause(50);
      sizes.push(mark.bytes());
    }
    const [cpuBefore, mark] = [readCpuSeconds(probe.pid), probe.mark()];
    await pause(quietSeconds * 1000);
    const cpu = readCpuSeconds(probe.pid) - cpuBefore;
    return [
      figure('first frame', frameMs, 'ms', 'once'),
      figure('first data', dataMs, 'ms', 'pods of one namespace, once'),
      figure('key → write, cursor (quiet)', quantile(times, 0.95), 'ms', `p95; ${spread(times)}`),
      figure('bytes of a cursor move', quantile(sizes, 0.95), 'B', `p95; ${spread(sizes)}`),
      figure('RSS with pods of one namespace', readMemory(probe.pid).nowMb, 'MB', ''),
      figure('idle processor time', (cpu / quietSeconds) * 100, '%', `in ${quietSeconds} s, of one core`),
      figure('idle bytes to the terminal', mark.bytes() / quietSeconds, 'B/s', `in ${quietSeconds} s`),
    ];
  } finally {
    await probe.close();
  }
}

function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map(folder => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
