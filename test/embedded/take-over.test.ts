/** A run is taken over from a process that is gone, on a cluster whose API server proves neither who asks nor who approves. */
import {expect, test} from 'vitest';
import type {Run} from '../../src/domain/run.ts';
import type {Carriage} from '../../src/domain/run-carrier.ts';
import {authorPolicy, requesterPolicy} from '../../src/engine/gatekeeper.ts';
import {DemoWorld, tellRun} from '../support/demo-world.ts';

const bindings = [
  ['MutatingAdmissionPolicyBinding', requesterPolicy],
  ['ValidatingAdmissionPolicyBinding', requesterPolicy],
  ['ValidatingAdmissionPolicyBinding', authorPolicy],
] as const;

async function startUnproved(): Promise<DemoWorld> {
  const demo = await DemoWorld.start();
  for (const [kind, name] of bindings) {
    const ref = {apiVersion: 'admissionregistration.k8s.io/v1', kind, name};
    if ((await demo.client.find(ref)) !== undefined) await demo.client.remove(ref);
  }
  await demo.changeDesk();
  return demo;
}

/** The lease is looked for from the first time that somebody asks. */
async function carriageOf(demo: DemoWorld, run: Run): Promise<Carriage> {
  demo.desk.carriage(run);
  await demo.clock.advance(30_000);
  return demo.desk.carriage(demo.known(run.meta.uid));
}

test('where requesters are proved, a desk of the same user goes on by itself and says so', async () => {
  const demo = await DemoWorld.start();
  await demo.changeDesk();
  const target = 'd8-commander/commander-postgres';
  const asked = await demo.run('postgres-storage-class', {target, storageClass: 'network-ssd', backupTo: 'none', keysTo: 'none'});
  expect(await carriageOf(demo, asked)).toEqual({carrier: {kind: 'nobody'}, isNext: true});
  await demo.changeDesk();
  expect(await carriageOf(demo, asked)).toEqual({carrier: {kind: 'nobody'}, isNext: true});
  const gone = await demo.approve(demo.known(asked.meta.uid));
  expect(gone.status.steps.find(({id}) => id === 'set-class')?.state).toBe('Succeeded');
  demo.stop();
}, 60_000);

test('whoever takes over agrees anew at the gates that are passed, and the run goes on', async () => {
  const demo = await startUnproved();
  const target = 'd8-commander/commander-postgres';
  const asked = await demo.run('postgres-storage-class', {target, storageClass: 'network-ssd', backupTo: 'none', keysTo: 'none'});
  expect(tellRun(asked)).toMatch(/AwaitingApproval/);
  await demo.changeDesk();
  await demo.clock.advance(60_000);
  const left = demo.known(asked.meta.uid);
  expect(demo.desk.inHand()).toEqual([]);
  expect((await carriageOf(demo, left)).carrier).toEqual({kind: 'nobody'});
  expect(demo.desk.agreesAnew(left)).toBe(true);
  await demo.desk.adopt(left.meta);
  await demo.clock.advance(30_000);
  const gone = await demo.approve(demo.known(asked.meta.uid));
  expect(gone.status.steps.find(({id}) => id === 'set-class')?.state).toBe('Succeeded');
  demo.stop();
}, 60_000);

test('a process that is gone between a passed gate and its act: whoever takes over is asked at that gate again', async () => {
  const demo = await startUnproved();
  const target = 'd8-commander/commander-postgres';
  const asked = await demo.run('postgres-storage-class', {target, storageClass: 'network-ssd', backupTo: 'none', keysTo: 'none'});
  const passed = await demo.approveAndLeave(
    asked,
    ({state, gate, intent}) => state === 'Pending' && gate?.have === 1 && intent === undefined,
  );
  expect(await carriageOf(demo, passed)).toEqual({carrier: {kind: 'nobody'}, isNext: false});
  const gate = passed.status.steps.find(({id}) => id === passed.status.current)?.gate?.id;
  await demo.clock.advance(60_000);
  await demo.desk.adopt(passed.meta);
  const again = await demo.awaitPerson(passed.meta.uid);
  const step = again.status.steps.find(({id}) => id === again.status.current);
  expect(tellRun(again)).toMatch(/AwaitingApproval/);
  expect(step).toMatchObject({state: 'AwaitingApproval', reason: 'AskedAgain', gate: {id: gate, have: 0}});
  expect(step?.intent).toBeUndefined();
  const gone = await demo.approve(again);
  expect(gone.status.steps.find(({id}) => id === step?.id)?.intent).toBeDefined();
  demo.stop();
}, 60_000);
