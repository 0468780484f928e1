/** A run is taken over from a process that is gone, on a cluster whose API server proves neither who asks nor who approves. */
import {expect, test} from 'vitest';
import {authorPolicy, requesterPolicy} from '../../src/engine/gatekeeper.ts';
import {DemoWorld, tellRun} from '../support/demo-world.ts';

const bindings = [
  ['MutatingAdmissionPolicyBinding', requesterPolicy],
  ['ValidatingAdmissionPolicyBinding', requesterPolicy],
  ['ValidatingAdmissionPolicyBinding', authorPolicy],
] as const;

test('whoever takes over agrees anew at the gates that are passed, and the run goes on', async () => {
  const demo = await DemoWorld.start();
  for (const [kind, name] of bindings) {
    const ref = {apiVersion: 'admissionregistration.k8s.io/v1', kind, name};
    if ((await demo.client.find(ref)) !== undefined) await demo.client.remove(ref);
  }
  await demo.changeDesk();
  const target = 'd8-commander/commander-postgres';
  const asked = await demo.run('postgres-storage-class', {target, storageClass: 'network-ssd', backupTo: 'none', keysTo: 'none'});
  expect(tellRun(asked)).toMatch(/AwaitingApproval/);
  await demo.changeDesk();
  await demo.clock.advance(60_000);
  const left = demo.known(asked.meta.uid);
  expect(demo.desk.inHand()).toEqual([]);
  expect(demo.desk.agreesAnew(left)).toBe(true);
  await demo.desk.adopt(left.meta);
  await demo.clock.advance(30_000);
  const gone = await demo.approve(demo.known(asked.meta.uid));
  expect(tellRun(gone)).not.toMatch(/GateNotPassed/);
  expect(gone.status.steps.find(({id}) => id === 'set-class')?.state).toBe('Succeeded');
  demo.stop();
}, 60_000);
