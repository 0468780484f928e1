import {expect, test} from 'vitest';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import {nodeDraft} from '../../support/node-drafts.ts';
import {RunKit} from '../../support/run-kit.ts';

test('a one-step run is planned, done, recorded and tidied up', async () => {
  const kit = await RunKit.start({runbooks: [nodeCordon], objects: [nodeDraft('w1')]});
  await kit.submit('node-cordon', {target: 'w1'});
  const run = await kit.driveToEnd();
  expect(run.status.phase).toBe('Succeeded');
  expect(kit.effects).toEqual(['PATCH /api/v1/nodes/w1']);
});
