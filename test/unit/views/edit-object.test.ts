/** An object goes into the editor and comes back as a plan; what cannot be read is shown again with what is wrong. */
import {expect, test} from 'vitest';
import type {RunRequest} from '../../../src/domain/run-desk.ts';
import {node, nodeGroup, set} from '../../support/objects.ts';
import {entryOf, planOf} from '../../support/scripted-desk.ts';
import {openBench} from '../../support/view-bench.tsx';

const any = {target: undefined};

test('a changed object is a plan of its patch; a slip of the editor costs nothing that was typed', async () => {
  const shown: string[] = [];
  const requests: RunRequest[] = [];
  const {press, screen} = await openBench(
    {
      objects: [node('worker-1', set('spec', {unschedulable: false}))],
      editor: text => {
        shown.push(text);
        return shown.length === 1
          ? text.replace('unschedulable: false', 'unschedulable: [')
          : text.replace('unschedulable: [', 'unschedulable: true');
      },
    },
    desk => {
      desk.entries = [entryOf('object-edit', any)];
      desk.answerPlan = request => {
        requests.push(request);
        return {kind: 'planned', plan: planOf(request)};
      };
    },
  );
  await press('e');
  await expect.poll(screen).toContain('Title of object-edit  nodes/worker-1');
  expect(shown[1]).toMatch(/^# is no YAML or JSON: /);
  expect(shown[1]).toContain('unschedulable: [');
  expect(requests[0]?.parameters).toMatchObject({target: 'nodes/worker-1'});
  expect(JSON.stringify(requests[0]?.parameters.patch)).toContain('"path":"/spec/unschedulable","value":true');
});

test('a node group is edited by a merge patch, so that its cost is shown', async () => {
  const requests: RunRequest[] = [];
  const {press, screen} = await openBench(
    {
      objects: [nodeGroup('worker', set('spec', {nodeType: 'CloudEphemeral', cloudInstances: {minPerZone: 1, maxPerZone: 2}}))],
      command: 'nodegroups',
      editor: text => text.replace('maxPerZone: 2', 'maxPerZone: 3'),
    },
    desk => {
      desk.entries = [entryOf('nodegroup-edit'), entryOf('object-edit', any)];
      desk.answerPlan = request => {
        requests.push(request);
        return {kind: 'planned', plan: planOf(request)};
      };
    },
  );
  await press('e');
  await expect.poll(screen).toContain('Title of nodegroup-edit  worker');
  expect(requests[0]?.parameters).toEqual({target: 'worker', patch: {spec: {cloudInstances: {maxPerZone: 3}}}});
});

test('the page of an object has its actions, where the page has no key of its own', async () => {
  const {press, screen} = await openBench({objects: [node('worker-1')]}, desk => {
    desk.entries = [entryOf('node-drain'), entryOf('node-cordon'), entryOf('object-delete', any)];
  });
  await press('d', 'r');
  expect(screen()).toContain('Title of node-drain  worker-1');
  await press('esc', 'ctrl-d');
  expect(screen()).toContain('Title of object-delete  nodes/worker-1');
});
