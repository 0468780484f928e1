import {expect, test} from 'vitest';
import {nodeGroupKind, staticInstanceKind} from '../../../src/runbooks/node-kinds.ts';
import {staticNodeAdopt} from '../../../src/runbooks/static-node-adopt.ts';
import {credentialsDraft, groupDraft, hostGroupDraft, nodeDraft, takenHostDraft} from '../../support/node-drafts.ts';
import {caps} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'front-2';
const parameters = {target, node: 'by-hand', credentials: 'ops'};
const byHand = nodeDraft('by-hand', {group: 'front', address: '10.0.0.20'});
const taken = [takenHostDraft('front-1', 'front', 'front'), nodeDraft('front-1-node', {group: 'front'})];

proveRunbook({
  runbook: staticNodeAdopt,
  parameters,
  objects: [hostGroupDraft('front', 'front', 1), ...taken, byHand, credentialsDraft],
  platform: world => caps(world, [{name: 'front', role: 'front'}]),
  check: async kit => {
    const host = await kit.object({kind: staticInstanceKind, name: target});
    expect(host).toMatchObject({spec: {address: '10.0.0.20'}, status: {nodeRef: {name: 'by-hand'}}});
    expect(Object.keys(host.metadata.annotations ?? {})).toEqual(['deckhand.dev/run']);
    expect((await kit.object({kind: nodeGroupKind, name: 'front'})).spec).toMatchObject({staticInstances: {count: 2}});
  },
});

test('nodes that no StaticInstance has are offered', async () => {
  const bench = await RunbookBench.with(hostGroupDraft('front', 'front', 1), ...taken, byHand, nodeDraft('foreign', {group: ''}));
  expect(await staticNodeAdopt.parameters.node?.choices?.(bench.reader, {})).toEqual(['by-hand']);
});

test.each([
  [{...parameters, node: 'gone'}, /^NoNode/],
  [{...parameters, node: 'foreign'}, /^NotManaged/],
  [{...parameters, node: 'front-1-node'}, /^NothingToDo: StaticInstance front-1 has the node/],
  [{...parameters, node: 'bare'}, /^NoAddress/],
  [{...parameters, address: '10.0.0.7'}, /^AddressTaken/],
])('is refused: %j', async (given, expected) => {
  const nodes = [byHand, nodeDraft('foreign', {group: ''}), nodeDraft('bare', {group: 'front'})];
  const bench = await RunbookBench.with(hostGroupDraft('front', 'front', 1), ...taken, ...nodes, credentialsDraft);
  expect(await bench.refusal(staticNodeAdopt, given)).toMatch(expected);
});

test('no other group may want a host meanwhile, whatever it selects', async () => {
  const master = groupDraft('master', {nodeType: 'Static', staticInstances: {count: 3, labelSelector: {matchLabels: {role: 'master'}}}});
  const bench = await RunbookBench.with(hostGroupDraft('front', 'front', 1), master, ...taken, byHand, credentialsDraft);
  expect(await bench.refusal(staticNodeAdopt, parameters)).toMatch(/^Capture: group master wants more hosts/);
});
