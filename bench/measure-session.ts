/** One long session over ten thousand releases: bytes, keys with and without events, events, memory, and the quiet after all that. */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {ApiClient} from '../test/support/control-plane/api-client.ts';
import type {ChurnOrder} from './churn.ts';
import type {Figure} from './figures.ts';
import {measureEvents} from './measure-events.ts';
import {measureBytes, measureChunk, measureKeys} from './measure-keys.ts';
import {measureQuiet, openingRequests} from './measure-quiet.ts';
import {pause} from './pause.ts';
import {openProbe, type Probe} from './probe.ts';
import {readMemory} from './process-usage.ts';
import {program} from './program.ts';
import {countedRows, visibleNames} from './screen-reading.ts';
import {releaseNames, size, type Target} from './target.ts';

const memoryMbMax = 250;
const eventsPerSecond = 50;
/** For timers, garbage and the first judgements to be over. */
const settleMs = 3_000;

export async function measureSession(target: Target): Promise<Figure[]> {
  const requestsBefore = (await target.requests()).length;
  const probe = openProbe(program(['--kubeconfig', target.kubeconfig, '-c', 'modulereleases']));
  const api = new ApiClient(target.connection);
  try {
    const loadMs = await probe.sinceSpawn(terminal => countedRows(terminal) === size.releases);
    await pause(settleMs);
    const loaded = readMemory(probe.pid);
    const opening = openingRequests(target, (await target.requests()).slice(requestsBefore));
    const calm = [...(await measureBytes(probe)), await measureChunk(probe), ...(await measureKeys(probe, 'quiet', undefined))];
    const churned = await underChurn(target, probe, async () => [
      ...(await measureKeys(probe, `${eventsPerSecond} events/s`, 50)),
      await measureEvents(probe, api),
    ]);
    await pause(settleMs);
    const quiet = await measureQuiet(target, probe);
    const end = readMemory(probe.pid);
    const memory = (name: string, measured: number, note: string): Figure => {
      return {target: '', name, limit: memoryMbMax, measured, unit: 'MB', note};
    };
    const session: Figure[] = [
      {
        target: '',
        name: 'all 10,000 releases counted',
        limit: undefined,
        measured: loadMs,
        unit: 'ms',
        note: 'since the start of the program',
      },
      memory('RSS with 10,000 releases', loaded.nowMb, `${settleMs / 1000} s after the load; peak ${loaded.peakMb.toFixed(0)} MB`),
      memory('RSS after the session', end.nowMb, `keys, filters, sorts and events later; peak ${end.peakMb.toFixed(0)} MB`),
      ...calm,
      ...churned,
      ...quiet,
    ];
    return [...opening, ...session.map(figure => ({...figure, target: target.name}))];
  } finally {
    api.close();
    await probe.close();
  }
}

async function underChurn<Result>(target: Target, probe: Probe, run: () => Promise<Result>): Promise<Result> {
  const child = fork(join(import.meta.dirname, 'churn.ts'), {stdio: ['ignore', 'ignore', 'inherit', 'ipc']});
  await once(child, 'spawn');
  const visible = visibleNames(probe);
  if (visible.length === 0) throw new Error(`no release is on the screen:\n${probe.screen().join('\n')}`);
  const order: ChurnOrder = {connection: target.connection, perSecond: eventsPerSecond, visible, others: releaseNames()};
  child.send(order);
  try {
    await pause(settleMs);
    return await run();
  } finally {
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  }
}
