/** `deckhand --demo --serve`: the embedded cluster without a screen. The first line of stdout is the path of its kubeconfig. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {type ApiServer, createApiServer} from '../embedded/apiserver/api-server.ts';
import {listen} from '../embedded/apiserver/http-face.ts';
import {writeKubeconfig} from '../embedded/apiserver/kubeconfig.ts';
import {publishAddress} from '../embedded/apiserver/publish-address.ts';
import {BackdatingClock} from '../embedded/world/backdating-clock.ts';
import {createNodeRuntime} from '../embedded/world/node-runtime.ts';
import {Tenants} from '../embedded/world/tenants.ts';
import {startWorld} from '../embedded/world/world.ts';
import {type Backdate, WorldClient} from '../embedded/world/world-client.ts';
import {admitPeople, makePeople} from './demo-people.ts';
import {parseListenAddress} from './listen-address.ts';
import {reportFailure} from './report-failure.ts';
import {systemClock} from './system-clock.ts';

const historyDelayMs = 500;

/** Ends on SIGTERM, SIGINT, SIGHUP, and when the dashboard that started it is gone. */
export async function serveDemo(address: string | undefined): Promise<number> {
  const {host, port} = parseListenAddress(address ?? ':0', '127.0.0.1');
  const clock = new BackdatingClock(systemClock);
  const tenants = new Tenants();
  const server = createApiServer({clock, random: Math.random, hasRbac: true, runtime: createNodeRuntime(systemClock, tenants)});
  const backdate: Backdate = (ageMs, write) => clock.backdate(ageMs, write);
  const world = await startWorld({
    port: server.port,
    clock: systemClock,
    random: Math.random,
    backdate,
    tenants,
  });
  await admitPeople(new WorldClient(server.port, backdate));
  const people = makePeople();
  const face = await listen(server.handle, {host, port, nowMs: Date.now(), users: people});
  await publishAddress(server.port, face.url);
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-demo-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeKubeconfig(kubeconfig, face, people);
  process.stdout.write(`${kubeconfig}\n`);
  const past = tellPast(server, clock);
  await ended();
  past.stop();
  world.stop();
  server.stop();
  rmSync(folder, {recursive: true, force: true});
  await face.close();
  return 0;
}

/** After the first frame: the engine is loaded for it. */
function tellPast(server: ApiServer, serverClock: BackdatingClock): {stop(): void} {
  let colleague: {stop(): void} | undefined;
  const timer = systemClock.setTimer(historyDelayMs, () => void tell().catch(reportFailure));
  const tell = async (): Promise<void> => {
    const [{writeHistory}, {startColleague}] = await Promise.all([import('./demo-history.ts'), import('./demo-colleague.ts')]);
    const parts = {server, clock: systemClock, random: Math.random};
    colleague = startColleague({...parts, waiting: await writeHistory({...parts, serverClock})});
  };
  return {
    stop: () => {
      timer.cancel();
      colleague?.stop();
    },
  };
}

function ended(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
    // Only where a dashboard started us: the channel to it closes even when it was killed.
    if (process.connected) process.once('disconnect', () => resolve());
  });
}
