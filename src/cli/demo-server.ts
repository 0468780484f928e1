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
import {createNodeRuntime} from '../embedded/world/node-runtime.ts';
import {startWorld} from '../embedded/world/world.ts';
import {parseListenAddress} from './listen-address.ts';
import {systemClock} from './system-clock.ts';

/** Ends on SIGTERM, SIGINT, SIGHUP, and when the dashboard that started it is gone. */
export async function serveDemo(address: string | undefined): Promise<number> {
  const {host, port} = parseListenAddress(address ?? ':0', '127.0.0.1');
  const clock = new BackdatingClock(systemClock);
  const server = createApiServer({clock, random: Math.random, runtime: createNodeRuntime(systemClock)});
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
