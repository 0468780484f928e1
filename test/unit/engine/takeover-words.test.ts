import {expect, test} from 'vitest';
import {nodeUpdateApprove} from '../../../src/runbooks/node-update-approve.ts';
import {startEngine} from '../../support/engine-rig.ts';
import {groupDraft, nodeDraft} from '../../support/node-drafts.ts';
import {RunKit} from '../../support/run-kit.ts';
import {noteGate, sampleObjects, sampleRunbook, sampleTarget, writeStep} from '../../support/sample-runbooks.ts';

const gated = sampleRunbook({steps: target => [writeStep(target, 'one', {gate: noteGate(target)})]});

async function takeovers(kit: RunKit): Promise<readonly string[]> {
  return (await kit.log()).filter(({kind}) => kind === 'taken-over').map(({text}) => text);
}

test('an engine that dies is told from one that had nothing left to do', async () => {
  const kit = await RunKit.start({
    runbooks: [nodeUpdateApprove],
    objects: [groupDraft('worker'), nodeDraft('w1', {marks: ['waiting-for-approval']})],
  });
  await kit.submit('node-update-approve', {target: 'w1'});
  const first = startEngine(kit, [nodeUpdateApprove]);
  await kit.clock.advance(5_000);
  const dead = (await kit.run()).status.holder?.identity ?? 'nobody';
  first.kill();
  const second = startEngine(kit, [nodeUpdateApprove]);
  await kit.clock.advance(17_000);
  expect(await takeovers(kit)).toEqual([
    expect.stringMatching(new RegExp(`^epoch 2: the lease of ${dead} had run out, renewed last at 20\\S+Z: it died or was cut off$`)),
  ]);
  void second.engine.stop(0);
  await kit.clock.advance(1);
});

test('one that waited for a person has released the run, and says so where it wakes up', async () => {
  const kit = await RunKit.start({runbooks: [gated], objects: sampleObjects});
  await kit.submit(gated.name, sampleTarget);
  const engine = startEngine(kit, [gated]);
  await kit.clock.advance(1_000);
  const before = (await kit.run()).status.holder?.identity ?? 'nobody';
  await kit.consent();
  await kit.clock.advance(5_000);
  expect((await kit.run()).status.phase).toBe('Succeeded');
  expect(await takeovers(kit)).toEqual([`epoch 2: ${before} had released it: it waited for a person`]);
  void engine.engine.stop(0);
  await kit.clock.advance(1);
});

test('writes are told by the objects that they changed', async () => {
  const kit = await RunKit.start({runbooks: [gated], objects: sampleObjects});
  await kit.submit(gated.name, sampleTarget);
  const {status} = await kit.driveToEnd();
  expect(status.steps[0]).toMatchObject({message: 'patched ConfigMap default/thing', messageRu: 'изменён ConfigMap default/thing'});
});
