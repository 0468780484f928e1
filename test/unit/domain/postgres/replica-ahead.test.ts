/** Of which replica it is said that it has log which its leader does not have. */
import {expect, test} from 'vitest';
import type {DatabaseSeen} from '../../../../src/domain/postgres/database-seen.ts';
import type {MemberReport} from '../../../../src/domain/postgres/patroni-report.ts';
import {readTopology} from '../../../../src/domain/postgres/patroni-topology.ts';
import {replicaSafety} from '../../../../src/domain/postgres/replica-safety.ts';
import {clusters} from '../../../support/patroni-captures.ts';
import {now, one, pod, seen, zero} from '../../../support/postgres-seen.ts';

/** What is said of a replica in this state whose log ends behind that of its leader. */
function aheadIn(state: string, change: Partial<DatabaseSeen> = {}, report: Partial<MemberReport> = {}): string | undefined {
  const topology = readTopology(clusters.healthy414.replaceAll('"streaming"', `"${state}"`));
  const at = (name: string) => (name === one ? {streamers: [], position: 4096} : {streamers: [], position: 8192, ...report});
  const apart = new Map([...seen().reports].map(([name, own]) => [name, {...own, ...at(name)}] as const));
  return replicaSafety(seen({topology, reports: apart, ...change}), zero).find(({code}) => code === 'not-streaming')?.text.en;
}

test('says of one that runs ahead of its leader that it never streams again', () => {
  expect(aheadIn('running')).toMatch(/4 KiB ahead of its leader and will not follow it/);
  expect(aheadIn('in archive recovery')).toContain('4 KiB ahead');
});

test('says nothing of the kind while a copy is made or the server has just started, nor of positions on a later timeline', () => {
  for (const state of ['creating replica', 'starting', 'stopped']) expect(aheadIn(state)).toBe(`${zero} is ${state}, not streaming`);
  expect(aheadIn('running', {pods: [pod(0, {runningSince: now - 20_000}), pod(1)]})).toBe(`${zero} is running, not streaming`);
  expect(aheadIn('running', {}, {timeline: 99})).toBe(`${zero} is running, not streaming`);
  expect(aheadIn('running', {}, {timeline: undefined})).toBe(`${zero} is running, not streaming`);
});
