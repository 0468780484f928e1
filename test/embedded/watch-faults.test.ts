/** The model of test/unit/cluster/reflector-model.test.ts over real sockets: TLS, chunks, resets and stopped links are the kernel's. */
import {setTimeout as sleep} from 'node:timers/promises';
import fc from 'fast-check';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {systemClock} from '../../src/cli/system-clock.ts';
import {connect} from '../../src/cluster/connect.ts';
import {loadConnections} from '../../src/cluster/kubeconfig.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {fastClock} from '../support/fast-clock.ts';
import {FaultPort, type ServerState} from '../support/fault-port.ts';
import {LinkProxy} from '../support/link-proxy.ts';
import {anyStory, type Happening, happen, WatchedWorld} from '../support/watched-world.ts';

const runs = 100;
/** Stories told side by side: most of their time is waiting. */
const parallel = 10;
/** Above this the five seconds of a probe are shorter than the hiccups of a busy machine. */
const factor = 20;
/** Longer waits are for the model in virtual time. */
const waitMsMax = 20_000;
const convergeMsMax = 60_000;

const clock = fastClock(factor);
let server: EmbeddedServer;

beforeAll(async () => {
  server = await startEmbeddedServer({clock});
});

afterAll(async () => {
  await server?.close();
});

async function openCluster(url: string) {
  const flags = {kubeconfig: server.kubeconfigPath, server: url};
  const settings = await loadConnections({env: {}, home: '/nonexistent', flags});
  return connect(settings, undefined, {clock: systemClock, env: {}, version: 'test', isReadOnly: true, onCredentialNotice: () => {}});
}

/** States of the whole server are states of the link here; a frozen store is played above it. */
function setServerState(proxy: LinkProxy, faulty: FaultPort, state: ServerState): void {
  proxy.restore();
  faulty.state = state === 'storeFrozen' ? state : 'well';
  if (state === 'frozen') proxy.stop();
  if (state === 'down') proxy.refuse();
}

async function tell(story: readonly Happening[], namespace: string): Promise<void> {
  const made = JSON.stringify({apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
  await server.port.request({method: 'POST', path: '/api/v1/namespaces', body: made});
  const proxy = await LinkProxy.open(Number(new URL(server.url).port));
  const cluster = await openCluster(proxy.url);
  const faulty = new FaultPort(cluster.port, clock, Math.random);
  const world = new WatchedWorld({direct: server.port, faulty, clock, random: Math.random, namespace});
  try {
    for (const happening of story) {
      if (happening.does === 'wait') await sleep(Math.min(happening.ms, waitMsMax) / factor);
      else if (happening.does === 'compact') server.server.compact();
      else if (happening.does === 'server') setServerState(proxy, faulty, happening.state);
      else if (happening.does === 'spoilStream' && happening.fault === 'reset') proxy.cut();
      else await happen(world, faulty, happening);
    }
    setServerState(proxy, faulty, 'well');
    faulty.heal();
    expect(await settled(world)).toBe('');
  } finally {
    world.stop();
    await cluster.close();
    await proxy.close();
  }
}

/** '' as soon as all is as it should be; else what is not when the patience ends. */
async function settled(world: WatchedWorld): Promise<string> {
  const deadlineMs = performance.now() + convergeMsMax;
  for (;;) {
    const difference = await world.difference();
    if (difference === '' || performance.now() > deadlineMs) return difference;
    await sleep(20);
  }
}

test(`after ${runs} stories of faults on real sockets every source shows what a fresh LIST shows`, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const stories = fc.sample(anyStory, {seed, numRuns: runs});
  let next = 0;
  const tellOn = async () => {
    for (let index = next++; index < stories.length; index = next++) {
      const story = stories[index] ?? [];
      await tell(story, `story-${index}`).catch(error => {
        throw new Error(`seed ${seed}, story ${index}: ${JSON.stringify(story)}`, {cause: error});
      });
    }
  };
  await Promise.all(Array.from({length: parallel}, tellOn));
}, 300_000);
