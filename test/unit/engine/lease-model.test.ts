/** Whatever befalls candidates and requests, no two believe in the lease at once, and one has it once the trouble is over. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Candidate, type LeaseFault, LeaseRig, leasesPath} from '../../support/lease-rig.ts';

const owners = ['a', 'b', 'c'];

const travelMs = fc.oneof({weight: 3, arbitrary: fc.constant(0)}, {weight: 1, arbitrary: fc.integer({min: 0, max: 20_000})});
const fault: fc.Arbitrary<LeaseFault> = fc.oneof(
  fc.record({toMs: travelMs, fromMs: travelMs}),
  fc.record({toMs: travelMs, isLost: fc.constantFrom('before' as const, 'after' as const)}),
  fc.record({status: fc.constantFrom(429, 500, 503, 401)}),
);

const who = fc.nat(owners.length - 1);
const trouble = fc.oneof(
  {weight: 6, arbitrary: fc.record({kind: fc.constant('wait' as const), ms: fc.integer({min: 0, max: 20_000})})},
  {weight: 3, arbitrary: fc.record({kind: fc.constant('faults' as const), who, faults: fc.array(fault, {minLength: 1, maxLength: 6})})},
  {weight: 3, arbitrary: fc.record({kind: fc.constant('freeze' as const), who})},
  {weight: 3, arbitrary: fc.record({kind: fc.constant('thaw' as const), who})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('skew' as const), who, ms: fc.integer({min: -3_600_000, max: 3_600_000})})},
  {weight: 1, arbitrary: fc.record({kind: fc.constant('deafen' as const), who, lagMs: fc.integer({min: 0, max: 30_000})})},
  {weight: 1, arbitrary: fc.record({kind: fc.constant('release' as const), who})},
  {weight: 1, arbitrary: fc.constant({kind: 'label' as const})},
);

/** Each owner's current elector: a dead one is replaced, as a program that lost its lease starts its engine anew. */
class Fleet {
  readonly rig: LeaseRig;
  readonly current: Candidate[];

  constructor(rig: LeaseRig, count: number) {
    this.rig = rig;
    this.current = owners.slice(0, count).map(owner => rig.add(owner).campaign());
  }

  of(index: number): Candidate | undefined {
    return this.current[index % this.current.length];
  }

  replaceDead(): void {
    for (const [index, candidate] of this.current.entries()) {
      if (candidate.losses.length === 0 && candidate.acquired?.kind !== 'stopped' && !candidate.isReleased) continue;
      this.current[index] = this.rig.add(candidate.owner).campaign();
    }
  }

  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 500) {
      await this.rig.clock.advance(Math.min(500, leftMs));
      expect(this.rig.fresh().length).toBeLessThanOrEqual(1);
      for (const candidate of this.rig.candidates) expect(candidate.losses.length).toBeLessThanOrEqual(1);
      this.replaceDead();
    }
  }
}

describe.each([2, 3])('%i candidates in trouble', count => {
  test('never hold the lease together, and one holds it after that', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, {minLength: 5, maxLength: 25}), async troubles => {
        const rig = await LeaseRig.open();
        const fleet = new Fleet(rig, count);
        for (const each of troubles) {
          const candidate = 'who' in each ? fleet.of(each.who) : undefined;
          if (each.kind === 'wait') await fleet.pass(each.ms);
          else if (each.kind === 'label')
            await rig.send('PATCH', `${leasesPath}/leader`, {metadata: {labels: {seen: `${rig.clock.now()}`}}});
          else if (each.kind === 'faults') candidate?.faults.push(...each.faults);
          else if (each.kind === 'freeze') candidate?.freeze();
          else if (each.kind === 'thaw') candidate?.thaw();
          else if (each.kind === 'skew') candidate?.jumpTo(each.ms);
          else if (each.kind === 'deafen') candidate?.lag(each.lagMs);
          else candidate?.release();
          expect(rig.fresh().length).toBeLessThanOrEqual(1);
        }
        for (const candidate of rig.candidates) candidate.recover();
        // The longest journey of a request that is still under way, then a term that nobody renews.
        await fleet.pass(60_000);
        const [holder] = rig.fresh();
        expect(holder).toBeDefined();
        expect((await rig.lease())?.holder).toMatch(new RegExp(`^${holder}_`));
        await fleet.pass(60_000);
        expect(rig.fresh()).toEqual([holder]);
      }),
      {numRuns: 80},
    );
  });
});
