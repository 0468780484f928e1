/** What the engine relies on wherever runs are recorded: the same tests for objects of the API server and for a journal. */
import {describe, expect, test} from 'vitest';
import {UnreadableField} from '../../src/domain/fields.ts';
import type {Run, RunControl, RunStatus} from '../../src/domain/run.ts';
import type {GateAnswer} from '../../src/domain/run-desk.ts';
import {checkChain, type NewLogEntry} from '../../src/engine/run-log.ts';
import {type RunStore, runFinalizer, StaleRun} from '../../src/engine/run-store.ts';
import {digest} from './run-kit.ts';

export type StoreRig = {
  readonly store: RunStore;
  /** Another one over the same records, as after a restart. */
  reopen(): Promise<RunStore>;
  submit(name: string): Promise<Run>;
  order(run: Run, control: Partial<RunControl>): Promise<void>;
  consent(run: Run, answer: GateAnswer): Promise<void>;
  remove(run: Run): Promise<void>;
  /** Somebody writes a number where the phase stands. */
  spoil(run: Run): Promise<void>;
};

export const yes: GateAnswer = {
  gate: 'start',
  kind: 'Consent',
  decision: 'Approve',
  planDigest: 'plan',
  evidenceDigest: 'evidence',
  reason: 'on call',
};

export function entry(text: string): NewLogEntry {
  return {at: '2026-01-02T12:00:00.000Z', by: 'engine-1', epoch: 1, kind: 'decision', step: '', text};
}

function statusOf(run: Run, change: Partial<RunStatus> = {}): RunStatus {
  return {
    ...run.status,
    runUID: run.meta.uid,
    phase: 'Running',
    holder: {identity: 'engine-1', lease: 'run', epoch: 1, since: '2026-01-02T12:00:00.000Z'},
    ...change,
  };
}

export function runStoreContract(name: string, makeRig: () => Promise<StoreRig>): void {
  describe(`${name}: the record of a run`, () => {
    test('is there once it was asked for, and bare', async () => {
      const {store, submit} = await makeRig();
      const run = await submit('run-1');
      expect(await store.load(run.meta)).toEqual(run);
      expect(run).toMatchObject({meta: {generation: 1, finalizers: []}, status: {phase: 'Pending', steps: []}});
      expect(await store.load({...run.meta, name: 'other'})).toBeUndefined();
      expect(await store.load({...run.meta, namespace: 'elsewhere'})).toBeUndefined();
    });

    test('takes a status whole: what is no longer set is gone', async () => {
      const {store, reopen, submit} = await makeRig();
      const run = await submit('run-1');
      const target = {apiVersion: 'v1', kind: 'Node', name: 'w1', uid: 'u1'};
      const first = await store.writeStatus(run, statusOf(run, {target, startedAt: '2026-01-02T12:00:00.000Z'}));
      expect(first.status.target).toEqual(target);
      const {target: _, startedAt: __, ...less} = first.status;
      const second = await store.writeStatus(first, less);
      expect(second.status).toEqual(less);
      expect(second.meta.generation).toBe(1);
      expect(await (await reopen()).load(run.meta)).toEqual(second);
    });

    test('refuses a writer that has not seen the last version, and stays as it is', async () => {
      const {store, submit} = await makeRig();
      const run = await submit('run-1');
      const written = await store.writeStatus(run, statusOf(run));
      await expect(store.writeStatus(run, statusOf(run, {phase: 'Failed'}))).rejects.toThrow(StaleRun);
      await expect(store.guard(run)).rejects.toThrow(StaleRun);
      expect(await store.load(run.meta)).toEqual(written);
    });

    test('tells by its generation that a person wants something else', async () => {
      const {store, reopen, submit, order} = await makeRig();
      const run = await submit('run-1');
      await order(run, {desired: 'Pause', reason: 'lunch'});
      const paused = await store.load(run.meta);
      expect(paused).toMatchObject({meta: {generation: 2}, spec: {control: {desired: 'Pause', abortMode: 'SafePoint', reason: 'lunch'}}});
      await order(run, {desired: 'Pause', reason: 'lunch'});
      expect((await store.load(run.meta))?.meta).toEqual(paused?.meta);
      await expect(store.writeStatus(run, statusOf(run))).rejects.toThrow(StaleRun);
      expect(await (await reopen()).load(run.meta)).toEqual(paused);
    });

    test('does not vanish while it is guarded', async () => {
      const {store, submit, remove} = await makeRig();
      const run = await submit('run-1');
      const guarded = await store.guard(run);
      expect((await store.guard(guarded)).meta.finalizers).toEqual([runFinalizer]);
      await remove(guarded);
      const going = await store.load(run.meta);
      expect(going?.meta.deletionTimestamp).toBeDefined();
      expect(going?.meta.generation).toBe(2);
      if (going === undefined) throw new Error('it is gone');
      expect((await store.unguard(going)).meta.finalizers).toEqual([]);
      expect(await store.load(run.meta)).toBeUndefined();
      await expect(store.writeStatus(going, statusOf(going))).rejects.toThrow(StaleRun);
    });

    test('is gone at once where nothing guards it', async () => {
      const {store, submit, remove} = await makeRig();
      const run = await submit('run-1');
      const bare = await store.unguard(await store.guard(run));
      expect((await store.unguard(bare)).meta).toEqual(bare.meta);
      await remove(bare);
      expect(await store.load(run.meta)).toBeUndefined();
    });

    test('that somebody has written nonsense into is an error that names the field', async () => {
      const {reopen, submit, spoil} = await makeRig();
      const run = await submit('run-1');
      await spoil(run);
      const store = await reopen();
      await expect(store.load(run.meta)).rejects.toThrow(UnreadableField);
      await expect(store.load(run.meta)).rejects.toThrow('phase');
    });
  });

  describe(`${name}: what lies beside it`, () => {
    test('is a plan under its name, written once or twice', async () => {
      const {store, reopen, submit} = await makeRig();
      const run = await submit('run-1');
      await store.writePlan(run, 'plan-1', {runbook: 'node-cordon', steps: [{id: 'cordon'}]});
      await store.writePlan(run, 'plan-1', {runbook: 'node-cordon', steps: [{id: 'cordon'}]});
      expect(await (await reopen()).readPlan(run, 'plan-1')).toEqual({runbook: 'node-cordon', steps: [{id: 'cordon'}]});
      expect(await store.readPlan(run, 'plan-2')).toBeUndefined();
    });

    test('is a log that goes on where it ended, though no status told of its end', async () => {
      const {store, reopen, submit} = await makeRig();
      const run = await submit('run-1');
      const first = await store.appendLog(run, [entry('one'), entry('two')]);
      expect(first).toMatchObject({chunks: 1, head: 2});
      // `run` knows of nothing: its status was lost.
      const again = await reopen();
      const second = await again.appendLog(run, [entry('three')]);
      expect(second.head).toBe(3);
      const log = await again.readLog(run);
      expect(log.map(({seq, text}) => `${seq} ${text}`)).toEqual(['1 one', '2 two', '3 three']);
      expect(log.at(-1)?.hash).toBe(second.headDigest);
      checkChain(log, digest);
    });

    test('is what people have said of this run, and of no other', async () => {
      const {store, submit, consent} = await makeRig();
      const [run, other] = [await submit('run-1'), await submit('run-2')];
      expect(await store.approvals(run)).toEqual([]);
      await consent(run, yes);
      await consent(other, {...yes, decision: 'Reject'});
      await consent(run, {...yes, gate: 'skip/cordon'});
      const said = await store.approvals(run);
      expect(said.map(({gate, decision, by}) => `${by} ${decision} ${gate}`).toSorted()).toEqual([
        'alice Approve skip/cordon',
        'alice Approve start',
      ]);
      expect(said[0]).toMatchObject({run: {name: 'run-1', uid: run.meta.uid}, kind: 'Consent', planDigest: 'plan', reason: 'on call'});
      expect((await store.load(run.meta))?.meta).toEqual(run.meta);
    });
  });
}
