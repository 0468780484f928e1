import {expect, test} from 'vitest';
import type {Draft} from '../../../src/embedded/world/world-client.ts';
import {nodeGroupKind, nodeKind, staticInstanceKind} from '../../../src/runbooks/node-kinds.ts';
import {staticNodeAddSsh} from '../../../src/runbooks/static-node-add-ssh.ts';
import {
  cloudSpec,
  credentialsDraft,
  groupDraft,
  hostDraft,
  hostGroupDraft,
  nodeDraft,
  refTo,
  takenHostDraft,
} from '../../support/node-drafts.ts';
import {caps} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'front-2';
const secret: Draft = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {name: 'keys', namespace: 'default'},
  stringData: {key: '-----BEGIN KEY-----\nabc', password: 'sudo me'},
};
const front = hostGroupDraft('front', 'front', 1);
const there = [front, takenHostDraft('front-1', 'front', 'front'), nodeDraft('front-1-node', {group: 'front'})];
const fresh = {
  target,
  group: 'front',
  address: '10.0.0.9',
  user: 'ops',
  privateKeyFrom: 'default/keys/key',
  sudoPasswordFrom: 'default/keys/password',
};
const known = {target, group: 'front', address: '10.0.0.9', credentials: 'ops'};

proveRunbook({
  runbook: staticNodeAddSsh,
  parameters: fresh,
  objects: [...there, secret],
  platform: world => caps(world, [{name: 'front', role: 'front'}]),
  check: async kit => {
    const credentials = await kit.world.find({apiVersion: 'deckhouse.io/v1alpha2', kind: 'SSHCredentials', name: target});
    expect(credentials?.spec).toEqual({
      user: 'ops',
      sshPort: 22,
      privateSSHKey: btoa('-----BEGIN KEY-----\nabc'),
      sudoPasswordEncoded: btoa('sudo me'),
    });
    expect(JSON.stringify(await kit.log())).not.toContain(btoa('sudo me'));
    expect(await kit.object({kind: staticInstanceKind, name: target})).toMatchObject({
      metadata: {labels: {role: 'front'}},
      spec: {address: '10.0.0.9', credentialsRef: {kind: 'SSHCredentials', name: target}},
    });
    expect((await kit.object({kind: nodeGroupKind, name: 'front'})).spec).toMatchObject({staticInstances: {count: 2}});
    await kit.object({kind: nodeKind, name: `${target}-node`});
  },
});

test('with credentials and room in the group only the host is made', async () => {
  const bench = await RunbookBench.with(hostGroupDraft('front', 'front', 2), ...there.slice(1), credentialsDraft);
  const {steps, facts} = await bench.plan(staticNodeAddSsh, known);
  expect(steps.map(({id}) => id)).toEqual(['instance', 'await-node']);
  expect(facts).toMatchObject({raiseTo: null, credentials: {name: 'ops', isNew: false}});
});

test.each([
  ['CheckSshCondition', 'ssh: handshake failed: unable to authenticate', /^await-node failed: SshRefused: stage SSH/],
  ['CheckTcpConnection', 'dial tcp: i/o timeout', /^await-node waiting for Running: Pending: not picked yet; CheckTcpConnection: dial tcp/],
])('what %s says is told with its stage', async (type, message, expected) => {
  const bench = await RunbookBench.with(front, credentialsDraft);
  const outcomes = await bench.run(staticNodeAddSsh, known, () =>
    bench.world.patchStatus(refTo(hostDraft(target, 'front', '')), {
      currentStatus: {phase: 'Pending'},
      conditions: [{type, status: 'False', message, lastTransitionTime: '2026-01-02T12:00:00Z'}],
    }),
  );
  expect(outcomes.at(-1)).toMatch(expected);
});

test('a host that nobody has picked yet is taken back whole; one that runs is not', async () => {
  const bench = await RunbookBench.with(...there, credentialsDraft);
  const {steps} = await bench.plan(staticNodeAddSsh, known);
  const [instance, raise] = steps;
  if (instance?.effect !== 'K8sCas' || raise?.effect !== 'K8sCas') throw new Error('two writes');
  await bench.run(staticNodeAddSsh, known);
  if (typeof instance.undo !== 'function' || typeof raise.undo !== 'function') throw new Error('each has an undo of its own');
  expect(await raise.undo(bench.reader, 'run-1/step')).toMatchObject([{kind: 'patch', patch: {spec: {staticInstances: {count: 1}}}}]);
  expect(await instance.undo(bench.reader, 'run-1/step')).toMatchObject([{kind: 'delete'}]);
  await bench.world.patchStatus(refTo(hostDraft(target, 'front', '')), {currentStatus: {phase: 'Running'}});
  await expect(raise.undo(bench.reader, 'run-1/step')).rejects.toThrow('static-node-remove takes it out');
  await expect(instance.undo(bench.reader, 'run-1/step')).rejects.toThrow('static-node-remove takes it out');
});

test.each([
  [{...known, group: 'cloud'}, /^WrongType/],
  [{...known, address: '10.0.0.7'}, /^AddressTaken: StaticInstance front-1/],
  [{...known, address: '10.0.0.50'}, /^AddressTaken: Node plain .* static-node-adopt/],
  [{...known, credentials: 'gone'}, /^NoCredentials: there are no SSHCredentials gone/],
  [{target, group: 'front', address: '10.0.0.9'}, /^NoCredentials: name SSHCredentials/],
  [{...known, user: 'ops'}, /^NoSecret/],
  [{...fresh, credentials: 'ops'}, /^CredentialsExist/],
  [{...known, privateKeyFrom: 'default/keys/key'}, /^NoUser/],
  [{...known, group: 'picky'}, /^Selector/],
  [{...known, group: 'busy'}, /^OthersWait: idle-1 wait/],
  [{...known, labels: {role: 'x', tier: 'greedy'}}, /^Capture: group greedy wants more/],
])('is refused: %j', async (parameters, expected) => {
  const picky = {nodeType: 'Static', staticInstances: {count: 0, labelSelector: {matchExpressions: [{key: 'rack', operator: 'Exists'}]}}};
  const greedy = {nodeType: 'Static', staticInstances: {count: 1, labelSelector: {matchLabels: {tier: 'greedy'}}}};
  const bench = await RunbookBench.with(
    ...there,
    credentialsDraft,
    groupDraft('cloud', cloudSpec(1, 1)),
    groupDraft('picky', picky),
    groupDraft('greedy', greedy),
    hostGroupDraft('busy', 'idle', 1),
    hostDraft('idle-1', 'idle', 'Pending'),
    nodeDraft('plain', {address: '10.0.0.50'}),
  );
  expect(await bench.refusal(staticNodeAddSsh, parameters)).toMatch(expected);
});
