import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {startColleague} from '../../../src/cli/demo-colleague.ts';
import {writeHistory} from '../../../src/cli/demo-history.ts';
import {admitPeople, demoColleague, demoOwner, makePeople} from '../../../src/cli/demo-people.ts';
import {makeEngineParts} from '../../../src/cli/desk/engine-parts.ts';
import {readRun} from '../../../src/domain/read-run.ts';
import type {Run} from '../../../src/domain/run.ts';
import type {UserInfo} from '../../../src/embedded/apiserver/api-call.ts';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {BackdatingClock} from '../../../src/embedded/world/backdating-clock.ts';
import {startWorld} from '../../../src/embedded/world/world.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {FakeClock} from '../../support/fake-clock.ts';

async function startDemo() {
  const clock = new FakeClock();
  const serverClock = new BackdatingClock(clock);
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const server = createApiServer({clock: serverClock, random, hasRbac: true});
  const backdate = <T>(ageMs: number, write: () => T) => serverClock.backdate(ageMs, write);
  const life = await startWorld({port: server.port, clock, random, backdate});
  await admitPeople(new WorldClient(server.port, backdate));
  const waiting = await writeHistory({server, serverClock, clock, random});
  const colleague = startColleague({server, clock, random, waiting});
  const client = new WorldClient(server.port);
  const runs = async () => (await client.list('deckhand.dev/v1alpha1', 'RunbookRun', 'deckhand')).map(readRun);
  const parts = makeEngineParts({port: server.port, clock, random});
  const stop = (): void => {
    colleague.stop();
    life.stop();
    server.stop();
  };
  return {clock, server, client, runs, waiting, store: parts.store, stop};
}

let demo: Awaited<ReturnType<typeof startDemo>>;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

function approve(run: Run | undefined, by: UserInfo, groups = by.groups) {
  const gate = run?.status.steps[0]?.gate;
  const spec = {
    run: {name: run?.meta.name, uid: run?.meta.uid},
    gate: gate?.id,
    kind: 'Approval',
    decision: 'Approve',
    planDigest: run?.status.plan?.digest,
    evidenceDigest: gate?.evidenceDigest,
    by: by.username,
    groups,
    reason: 'seen',
  };
  const metadata = {name: `${run?.meta.name}-by-${by.username}`, namespace: 'deckhand'};
  return new WorldClient(demo.server.portFor(by)).create({
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: 'RunbookApproval',
    metadata,
    spec,
  });
}

describe('the history of the demo', () => {
  test('holds runs that ended well, one that was refused, and two that wait', async () => {
    const phases = (await demo.runs()).map(({status}) => status.phase).sort();
    expect(phases).toEqual(['AwaitingApproval', 'AwaitingApproval', 'Failed', 'Succeeded', 'Succeeded', 'Succeeded', 'Succeeded']);
    expect(demo.waiting).toHaveLength(2);
  });

  test('lies in the past, and every log of it follows from its beginning', async () => {
    for (const run of await demo.runs()) {
      const entries = await demo.store.readLog(run);
      expect(entries.length).toBeGreaterThan(0);
      expect(entries.at(-1)?.hash).toBe(run.status.log.headDigest);
      const times = [run.meta.creationTimestamp, ...entries.map(({at}) => at)].map(text => Date.parse(text ?? ''));
      for (const time of times) expect(time).toBeLessThan(demo.clock.now() - 10 * 60_000);
    }
  });

  test('leaves the world as it was', async () => {
    const cronJob = await demo.client.find({apiVersion: 'batch/v1', kind: 'CronJob', name: 'backup', namespace: 'shop'});
    expect(cronJob?.spec).toMatchObject({suspend: false});
    const node = await demo.client.find({apiVersion: 'v1', kind: 'Node', name: 'prod-system-0'});
    expect(node?.spec).not.toHaveProperty('unschedulable');
  });
});

describe('the people of the demo', () => {
  test('see, change and decide as their roles say', async () => {
    const [colleague, viewer] = makePeople().map(({user}) => new WorldClient(demo.server.portFor(user)));
    const node = {apiVersion: 'v1', kind: 'Node', name: 'bm-rack1-01'};
    await expect(viewer?.find(node)).resolves.toBeDefined();
    await expect(viewer?.patch(node, {spec: {unschedulable: true}})).rejects.toThrow(/cannot patch resource "nodes"/);
    await expect(viewer?.list('v1', 'Secret')).rejects.toThrow(/cannot list resource "secrets"/);
    await expect(colleague?.patch(node, {metadata: {labels: {seen: 'yes'}}})).resolves.toBeDefined();
    await expect(colleague?.remove({apiVersion: 'v1', kind: 'Namespace', name: 'shop'})).rejects.toThrow(
      /cannot delete resource "namespaces"/,
    );
  });

  test('cannot speak in the name of somebody else', async () => {
    const run = (await demo.runs()).find(({meta}) => meta.name.startsWith('nodegroup-recreate'));
    await expect(approve(run, {...demoOwner, username: 'demo-viewer'}, ['platform-admins'])).rejects.toThrow(/must be the groups/);
  });

  test('a run of the colleague goes on when the owner approves it', async () => {
    const find = async () => (await demo.runs()).find(({meta}) => meta.name.startsWith('instance-replace'));
    const run = await find();
    expect(run?.spec.requestedBy?.user).toBe(demoColleague.username);
    await approve(run, demoOwner);
    await demo.clock.advance(90_000);
    expect((await find())?.status.phase).toBe('Succeeded');
  });
});
