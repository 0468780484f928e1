import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {FaultPort} from '../../support/fault-port.ts';
import {anyStory, type Happening, happen, WatchedWorld} from '../../support/watched-world.ts';

const frozenMsMax = 15_000;
/** A stream that died alone is given up when its bookmark is overdue. */
const mutedMsMax = 90_000;
/** The longest back-off, a page or an opening that hangs, a muted stream: all of it has passed by then. */
const calmMs = 300_000;

/** The same numbers every time, so that a failing seed fails again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function tell(story: readonly Happening[], seed: number): Promise<void> {
  const clock = new FakeClock();
  const random = randomFrom(seed);
  const server = createApiServer({clock, random});
  const faulty = new FaultPort(server.port, clock, random);
  let awaySinceMs: number | undefined;
  const lies: string[] = [];
  const mayBeLive = () => awaySinceMs === undefined || clock.monotonic() - awaySinceMs < frozenMsMax;
  const world = new WatchedWorld({
    direct: server.port,
    faulty,
    clock,
    random,
    namespace: 'default',
    onStatus: ({state}) => {
      if (state === 'live' && !mayBeLive()) lies.push(`told live at ${clock.monotonic()}, away since ${awaySinceMs}`);
    },
  });
  const checkFreshness = () => {
    for (const {sink} of world.watched) {
      const {state, lastByteAt = 0} = sink.statuses.at(-1) ?? {state: 'syncing'};
      if (state !== 'live') continue;
      if (!mayBeLive()) lies.push(`live at ${clock.monotonic()}, away since ${awaySinceMs}`);
      if (clock.now() - lastByteAt > frozenMsMax) lies.push(`live, last proved ${clock.now() - lastByteAt} ms ago`);
    }
    for (const {mutedAtMs} of faulty.streams) {
      if (mutedAtMs !== undefined && clock.monotonic() - mutedAtMs > mutedMsMax) lies.push(`held on to a stream muted at ${mutedAtMs}`);
    }
  };
  for (const happening of story) {
    if (happening.does === 'wait') await clock.advance(happening.ms);
    else if (happening.does === 'compact') {
      await clock.advance(0);
      server.compact();
    } else await happen(world, faulty, happening);
    awaySinceMs = faulty.state === 'well' ? undefined : (awaySinceMs ?? clock.monotonic());
    checkFreshness();
  }
  faulty.heal();
  awaySinceMs = undefined;
  await clock.advance(calmMs);
  checkFreshness();
  expect(await world.difference()).toBe('');
  expect(lies).toEqual([]);
  world.stop();
  server.stop();
}

describe('a watch never lies', () => {
  test('whatever happened, when the faults stop every source shows what a fresh LIST shows, and none was live in between without proof', async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, fc.nat(), (story, seed) => tell(story, seed)),
      {numRuns: 1_000},
    );
  }, 300_000);
});
