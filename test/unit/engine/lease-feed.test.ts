import {afterEach, describe, expect, test} from 'vitest';
import {createLiveness} from '../../../src/cluster/liveness.ts';
import {createSourceOpener} from '../../../src/cluster/open-source.ts';
import {createLeaseFeed} from '../../../src/engine/lease-feed.ts';
import {LeaseRig, leasesPath} from '../../support/lease-rig.ts';

const rigs: LeaseRig[] = [];
afterEach(() => rigs.splice(0).forEach(rig => void rig.server.stop()));

/** The feed over a true watch. */
async function open() {
  const rig = await LeaseRig.open();
  rigs.push(rig);
  const {clock} = rig;
  let watches = 0;
  const port = {
    request: rig.server.port.request.bind(rig.server.port),
    stream: (request: Parameters<typeof rig.server.port.stream>[0]) => {
      watches += 1;
      return rig.server.port.stream(request);
    },
  };
  const source = createSourceOpener({port, clock, random: () => 0, liveness: createLiveness({port, clock})});
  const feed = createLeaseFeed(source);
  const heard: string[] = [];
  const listen = (name: string) => feed.subscribe('deckhand', name, lease => void heard.push(`${name} ${lease?.holder ?? 'gone'}`));
  const write = (name: string, holder: string) => rig.send('PATCH', `${leasesPath}/${name}`, {spec: {holderIdentity: holder}});
  const make = (name: string) => rig.send('POST', leasesPath, {metadata: {name}, spec: {holderIdentity: 'first'}});
  return {rig, heard, listen, write, make, watches: () => watches};
}

describe('the feed of leases', () => {
  test('tells each listener of its own lease: what it is, what it becomes, and that it is gone', async () => {
    const {rig, heard, listen, write, make} = await open();
    await make('leader');
    listen('leader');
    listen('run-1');
    await rig.clock.advance(1_000);
    await write('leader', 'second');
    await make('other');
    await make('run-1');
    await rig.clock.advance(1_000);
    await rig.send('DELETE', `${leasesPath}/leader`);
    await rig.clock.advance(1_000);
    expect(heard).toEqual(['leader first', 'leader second', 'run-1 first', 'leader gone']);
  });

  test('tells a later listener what is known, and shares one watch for as long as anybody listens', async () => {
    const {rig, heard, listen, make, watches} = await open();
    await make('leader');
    const first = listen('leader');
    await rig.clock.advance(1_000);
    const second = listen('leader');
    expect(heard).toEqual(['leader first', 'leader first']);
    first.stop();
    first.stop();
    await rig.clock.advance(1_000);
    expect(watches()).toBe(1);
    second.stop();
    await rig.clock.advance(1_000);
    expect(rig.clock.timersPending).toBe(0);
    listen('leader');
    await rig.clock.advance(1_000);
    expect([watches(), heard.length]).toEqual([2, 3]);
  });

  test('brings a take-over to one who watches, within 16 s of the last renewal', async () => {
    const {rig} = await open();
    const {clock} = rig;
    const liveness = createLiveness({port: rig.server.port, clock});
    const feed = createLeaseFeed(createSourceOpener({port: rig.server.port, clock, random: () => 0, liveness}));
    const [holder, watcher] = [rig.add('a', {feed}).campaign(), rig.add('b', {feed})];
    await clock.advance(1_000);
    watcher.campaign();
    await clock.advance(60_500);
    holder.freeze();
    const frozenAtMs = clock.monotonic();
    await clock.advance(30_000);
    expect(watcher.acquiredAtMs - frozenAtMs).toBeLessThanOrEqual(16_000);
    expect(watcher.acquiredAtMs - frozenAtMs).toBeGreaterThan(13_000);
  });
});
