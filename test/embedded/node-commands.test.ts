/** The commands that runbooks of nodes print, run by a shell: they do what their steps would have done. */
import {test} from 'vitest';
import {instanceReplace} from '../../src/runbooks/instance-replace.ts';
import {instanceclassEdit} from '../../src/runbooks/instanceclass-edit.ts';
import {nodeCordon} from '../../src/runbooks/node-cordon.ts';
import {nodeDisruptionApprove} from '../../src/runbooks/node-disruption-approve.ts';
import {nodeDrain} from '../../src/runbooks/node-drain.ts';
import {nodeMove} from '../../src/runbooks/node-move.ts';
import {nodeReboot} from '../../src/runbooks/node-reboot.ts';
import {nodeUncordon} from '../../src/runbooks/node-uncordon.ts';
import {nodeUpdateApprove} from '../../src/runbooks/node-update-approve.ts';
import {nodegroupCreate} from '../../src/runbooks/nodegroup-create.ts';
import {nodegroupEdit} from '../../src/runbooks/nodegroup-edit.ts';
import {nodegroupRecreate} from '../../src/runbooks/nodegroup-recreate.ts';
import {staticNodeAddSsh} from '../../src/runbooks/static-node-add-ssh.ts';
import {staticNodeAdopt} from '../../src/runbooks/static-node-adopt.ts';
import {staticNodeRemove} from '../../src/runbooks/static-node-remove.ts';
import {describeWhere} from '../support/describe-where.ts';
import {startEmbeddedServer} from '../support/embedded-server.ts';
import {kubectlClients} from '../support/kubectl.ts';
import {
  classDraft,
  cloudSpec,
  credentialsDraft,
  groupDraft,
  hostGroupDraft,
  instanceDraft,
  nodeDraft,
  platformDrafts,
  takenHostDraft,
} from '../support/node-drafts.ts';
import {type CommandCase, runCommands} from '../support/run-commands.ts';

const target = 'w1';
const worker = groupDraft('worker');
const manual = groupDraft('worker', {nodeType: 'Static', disruptions: {approvalMode: 'Manual'}});
const cloud = [classDraft('worker'), groupDraft('worker', cloudSpec(1, 2), {desired: 1}), instanceDraft('worker-1')];
const hosts = [
  hostGroupDraft('front', 'front', 1),
  hostGroupDraft('back', 'back', 0),
  takenHostDraft('front-1', 'front', 'front'),
  nodeDraft('front-1-node', {group: 'front'}),
];
const keys = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {name: 'keys', namespace: 'default'},
  data: {key: btoa('-----BEGIN\nKEY-----\n'), password: btoa('it\'s "quoted"')},
};
const fresh = {user: 'ops', privateKeyFrom: 'default/keys/key', sudoPasswordFrom: 'default/keys/password'};

const cases: readonly CommandCase[] = [
  [nodeCordon, {target}, [nodeDraft(target)]],
  [nodeUncordon, {target}, [nodeDraft(target, {isCordoned: true})]],
  [nodeUpdateApprove, {target}, [worker, nodeDraft(target, {marks: ['waiting-for-approval']})]],
  [
    nodeDisruptionApprove,
    {target, uncordon: true},
    [manual, nodeDraft(target, {marks: ['approved', 'disruption-required'], isCordoned: true})],
  ],
  [nodeDrain, {target}, [...platformDrafts, worker, nodeDraft(target)]],
  [nodeDrain, {target}, [nodeDraft(target, {group: ''})]],
  [nodeReboot, {target}, [...platformDrafts, worker, nodeDraft(target)]],
  [nodeMove, {target, group: 'front'}, [...platformDrafts, worker, hostGroupDraft('front', 'front', 0), nodeDraft(target)]],
  [nodeMove, {target: 'front-1-node', group: 'back'}, [...platformDrafts, ...hosts]],
  [instanceReplace, {target: 'worker-1'}, cloud],
  [nodegroupRecreate, {target: 'worker'}, [...platformDrafts, ...cloud]],
  [nodegroupCreate, {target: 'front', type: 'Static', count: 1, labels: {note: 'it\'s "quoted"'}}, []],
  [nodegroupEdit, {target: 'worker', patch: {spec: {nodeTemplate: {annotations: {note: 'it\'s "quoted"'}}}}}, cloud],
  [instanceclassEdit, {target: 'yandexinstanceclasses.deckhouse.io/worker', patch: {spec: {memory: 16_384}}}, cloud],
  [staticNodeAddSsh, {target: 'front-2', group: 'front', address: '10.0.0.9', ...fresh}, [...hosts, keys]],
  [staticNodeAddSsh, {target: 'front-2', group: 'front', address: '10.0.0.9', credentials: 'ops'}, [...hosts, credentialsDraft]],
  [
    staticNodeAdopt,
    {target: 'front-2', node: 'by-hand', credentials: 'ops'},
    [...hosts, nodeDraft('by-hand', {group: 'front', address: '10.0.0.20'}), credentialsDraft],
  ],
  [staticNodeRemove, {target: 'front-1-node'}, hosts],
  [staticNodeRemove, {target}, [worker, nodeDraft(target)]],
];

for (const {name, path} of kubectlClients()) {
  describeWhere(path === undefined ? 'it is not here (npm run test:cluster builds it)' : undefined, `commands with ${name}`, () => {
    for (const each of cases) {
      const [{name: runbook}, parameters] = each;
      test(`${runbook} ${JSON.stringify(parameters)}`, {timeout: 60_000}, async () => {
        const embedded = await startEmbeddedServer({crds: true});
        try {
          await runCommands(embedded, path ?? '', each);
        } finally {
          await embedded.close();
        }
      });
    }
  });
}
