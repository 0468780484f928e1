/** `deckhand --demo --serve`: the embedded cluster without a screen. The first line of stdout is the path of its kubeconfig. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {createApiServer} from '../embedded/apiserver/api-server.ts';
import {listen} from '../embedded/apiserver/http-face.ts';
import {writeKubeconfig} from '../embedded/apiserver/kubeconfig.ts';
import {publishAddress} from '../embedded/apiserver/publish-address.ts';
import {BackdatingClock} from '../embedded/world/backdating-clock.ts';
import {startWorld} from '../embedded/world/world.ts';
import {systemClock} from './system-clock.ts';

/** Ends on SIGTERM, SIGINT, SIGHUP, and when the dashboard that started it is gone. */
export async function serveDemo(address: string | undefined): Promise<number> {
  const {host, port} = parseAddress(address);
  const clock = new BackdatingClock(systemClock);
  const server = createApiServer({clock, random: Math.random});
  const world = await startWorld({
    port: server.port,
    clock: systemClock,
    random: Math.random,
    backdate: (ageMs, write) => clock.backdate(ageMs, write),
  });
  const face = await listen(server.handle, {host, port, nowMs: Date.now()});
  await publishAddress(server.port, face.url);
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-demo-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeKubeconfig(kubeconfig, face);
  process.stdout.write(`${kubeconfig}\n`);
  await ended();
  world.stop();
  server.stop();
  rmSync(folder, {recursive: true, force: true});
  await face.close();
  return 0;
}

function ended(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
    // Only where a dashboard started us: the channel to it closes even when it was killed.
    if (process.connected) process.once('disconnect', () => resolve());
  });
}

function parseAddress(address: string | undefined): {host: string; port: number} {
  if (address === undefined) return {host: '127.0.0.1', port: 0};
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535) throw new TypeError(`--listen ${address}: say HOST:PORT, such as 127.0.0.1:6443`);
  return {host: found[1] ?? (found[2] || '127.0.0.1'), port};
}
