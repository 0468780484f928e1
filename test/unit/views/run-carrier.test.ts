/** Who carries a run: nobody is named as its carrier who does not hold its lease, and nothing is offered that happens by itself. */
import {expect, test} from 'vitest';
import type {RunCarrier} from '../../../src/domain/run-carrier.ts';
import {node} from '../../support/objects.ts';
import {entryOf, handleOf, type RunParts, runOf, stepOf} from '../../support/scripted-desk.ts';
import {openBench, type ViewBench} from '../../support/view-bench.tsx';

const gate = {id: 'let-go', required: 1, have: 0, approvals: [], evidenceDigest: 'e1', openedAt: ''};
const holder = {identity: 'root@vm_x7', lease: 'run-1', epoch: 4, since: '2026-01-02T11:57:15Z'};
const atGate: RunParts['status'] = {phase: 'AwaitingApproval', holder, steps: [stepOf('drain', {state: 'AwaitingApproval', gate})]};
const underWay: RunParts['status'] = {phase: 'Running', holder, steps: [stepOf('drain', {state: 'Verifying'})]};
const silent: RunCarrier = {kind: 'silent', identity: 'root@vm_x7', heardAt: '2026-01-02T11:57:15Z'};

type Told = {readonly carrier: RunCarrier; readonly isOurs?: boolean; readonly how?: string; readonly by?: string};

async function shown(status: RunParts['status'], {carrier, isOurs = false, how, by = 'root@vm_y8'}: Told): Promise<ViewBench> {
  const run = runOf('drain-1', {status: {startedAt: '2026-01-02T11:55:00Z', ...status}});
  const bench = await openBench({objects: [node('worker-1')], rows: 40}, desk => {
    desk.entries = [entryOf('node-drain')];
    desk.put(run);
    desk.carriers.set(run.meta.uid, carrier);
    const data = {how: how ?? '', from: 'root@vm_x7'};
    const taken = {at: '2026-01-02T11:59:04Z', by, kind: 'taken-over', step: '', text: '', data};
    if (how !== undefined) desk.logs.set(run.meta.uid, {entries: [taken]});
    if (isOurs) void desk.adopt(handleOf(run));
  });
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  return bench;
}

test.each<[string, RunParts['status'], Told, string]>([
  ['at a gate, where this one goes on', atGate, {carrier: {kind: 'nobody'}, isOurs: true}, 'Waits for a person; this dashboard goes on'],
  ['at a gate, for others', atGate, {carrier: {kind: 'nobody'}}, 'Waits for a person; nobody carries it meanwhile.'],
  ['here', underWay, {carrier: {kind: 'here'}, isOurs: true}, 'Carried by this dashboard'],
  ['by another', underWay, {carrier: {kind: 'live', identity: 'anna@b', since: '2026-01-02T11:59:00Z'}}, 'Carried by anna@b for 60s.'],
  ['by one that died', underWay, {carrier: silent}, 'Its last carrier root@vm_x7 has not been heard of for 2m45s.'],
  ['by one that died, where this one goes on', underWay, {carrier: silent, isOurs: true}, "once that one's lease is over"],
  ['by nobody', underWay, {carrier: {kind: 'nobody'}}, 'Nobody carries it now; root@vm_x7 was the last.'],
  ['unseen', underWay, {carrier: {kind: 'unseen'}}, 'Carried last by root@vm_x7; whether it still is'],
])('%s', async (_, status, told, words) => {
  const bench = await shown(status, told);
  expect(bench.words()).toContain(words);
});

test('at a gate nobody is named, and nothing is taken over that goes on here by itself', async () => {
  const ours = await shown(atGate, {carrier: {kind: 'nobody'}, isOurs: true});
  expect(ours.screen()).not.toContain('root@vm_x7');
  expect(ours.screen()).not.toContain('take over');
  expect((await shown(atGate, {carrier: {kind: 'nobody'}})).screen()).toContain('r take over');
});

test.each([
  ['by this dashboard', 'root@vm_x7', {kind: 'here'}, 'This dashboard took it over at 11:59:04: root@vm_x7 died or was cut off.'],
  ['by another', 'root@vm_y8', {kind: 'nobody'}, 'Taken over at 11:59:04 by root@vm_y8: root@vm_x7 died or was cut off.'],
] as const)('a run that was taken over %s from one that died says so', async (_, by, carrier, words) => {
  expect((await shown(underWay, {carrier, how: 'ran-out', by})).words()).toContain(words);
});

test('a run that changed hands at a gate was taken over from nobody', async () => {
  expect((await shown(underWay, {carrier: {kind: 'here'}, how: 'released'})).screen()).not.toContain('died');
});
