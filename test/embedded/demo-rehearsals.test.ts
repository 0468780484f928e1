/** Every runbook of the demo's world can be rehearsed there: kinds of the platform are served on the copy, and no run is lost on the way. */
import {expect, test} from 'vitest';
import {demoRows} from '../support/demo-rows.ts';
import {DemoWorld} from '../support/demo-world.ts';

test('what can be carried out can be rehearsed', async () => {
  const demo = await DemoWorld.start();
  const refused: string[] = [];
  // Rows that come after a run are about what it leaves, and nothing is left here.
  for (const {runbook, parameters, after = []} of Object.values(demoRows).flat()) {
    if (after.length > 0) continue;
    const answer = await demo.desk.rehearse({runbook, parameters});
    if (answer.kind === 'refused') refused.push(`${runbook}: ${answer.message}`);
    else if (!['Succeeded', 'Paused'].includes(answer.run.status.phase)) refused.push(`${runbook}: ${answer.run.status.phase}`);
  }
  demo.stop();
  expect(refused).toEqual([]);
}, 120_000);
