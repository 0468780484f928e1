/** The commands that a runbook prints, run by a shell: they do what its steps would have done. */
import {test} from 'vitest';
import type {Fields} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import type {WorldClient} from '../../src/embedded/world/world-client.ts';
import {cronjobSuspend} from '../../src/runbooks/cronjob-suspend.ts';
import {cronjobTrigger} from '../../src/runbooks/cronjob-trigger.ts';
import {deckhouseReleaseApplyNow} from '../../src/runbooks/deckhouse-release-apply-now.ts';
import {deckhouseReleaseApprove} from '../../src/runbooks/deckhouse-release-approve.ts';
import {deckhouseReleaseDisruptionApprove} from '../../src/runbooks/deckhouse-release-disruption-approve.ts';
import {moduleDisable} from '../../src/runbooks/module-disable.ts';
import {moduleEnable} from '../../src/runbooks/module-enable.ts';
import {moduleInstall} from '../../src/runbooks/module-install.ts';
import {moduleMaintenance} from '../../src/runbooks/module-maintenance.ts';
import {modulePin} from '../../src/runbooks/module-pin.ts';
import {moduleReleaseApplyNow} from '../../src/runbooks/module-release-apply-now.ts';
import {moduleReleaseApprove} from '../../src/runbooks/module-release-approve.ts';
import {moduleReleaseChannel} from '../../src/runbooks/module-release-channel.ts';
import {moduleReleaseUnapprove} from '../../src/runbooks/module-release-unapprove.ts';
import {moduleSettings} from '../../src/runbooks/module-settings.ts';
import {moduleSourceAdd} from '../../src/runbooks/module-source-add.ts';
import {moduleSourceForceDelete} from '../../src/runbooks/module-source-force-delete.ts';
import {moduleSourceSwitch} from '../../src/runbooks/module-source-switch.ts';
import {moduleUnpin} from '../../src/runbooks/module-unpin.ts';
import {moduleUpdatePolicy} from '../../src/runbooks/module-update-policy.ts';
import {objectDelete} from '../../src/runbooks/object-delete.ts';
import {objectEdit} from '../../src/runbooks/object-edit.ts';
import {workloadImage} from '../../src/runbooks/workload-image.ts';
import {workloadRestart} from '../../src/runbooks/workload-restart.ts';
import {workloadRollback} from '../../src/runbooks/workload-rollback.ts';
import {workloadScale} from '../../src/runbooks/workload-scale.ts';
import {describeWhere} from '../support/describe-where.ts';
import {startEmbeddedServer} from '../support/embedded-server.ts';
import {kubectlClients} from '../support/kubectl.ts';
import {availableModule, configDraft, policyDraft, releaseDraft, runningModule, sourceDraft} from '../support/module-drafts.ts';
import {type CommandCase, runCommands} from '../support/run-commands.ts';
import {cronJobDraft, deployment, replicaSet, webRef} from '../support/workload-drafts.ts';

const release = 'console-v1.2.4';
const pending = releaseDraft('1.2.4', 'Pending');
const approved = {...pending, metadata: {...pending.metadata, annotations: {'modules.deckhouse.io/approved': 'true'}}};
const platformRelease = {
  apiVersion: 'deckhouse.io/v1alpha1',
  kind: 'DeckhouseRelease',
  metadata: {name: 'v1.73.2'},
  spec: {version: 'v1.73.2'},
  status: {phase: 'Pending'},
};
const sources = [sourceDraft('deckhouse'), sourceDraft('mirror')];
const running = [...sources, runningModule(), configDraft('console', {enabled: true, version: 1})];
const asksConsent = runningModule({disableOptions: {confirmation: true}});
const manual = policyDraft('by-hand', {update: {mode: 'Manual'}});
const pull = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {name: 'pull', namespace: 'default'},
  data: {'.dockerconfigjson': btoa('{"auths":{}}'), ca: btoa('-----BEGIN\nCERT-----\n')},
};
const pinned = {apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModulePullOverride', metadata: {name: 'console'}, spec: {imageTag: 'v1'}};
const web = 'deployments.apps/default/web';
const target = 'console';

const cases: readonly CommandCase[] = [
  [moduleReleaseApprove, {target: release}, [pending]],
  [moduleReleaseUnapprove, {target: release}, [approved]],
  [moduleReleaseApplyNow, {target: release}, [pending]],
  [deckhouseReleaseApprove, {target: 'v1.73.2'}, [platformRelease]],
  [deckhouseReleaseApplyNow, {target: 'v1.73.2'}, [platformRelease]],
  [deckhouseReleaseDisruptionApprove, {target: 'v1.73.2'}, [platformRelease]],
  [moduleInstall, {target, source: 'mirror', policy: 'by-hand'}, [...sources, availableModule(['deckhouse', 'mirror']), manual]],
  [moduleInstall, {target}, [sourceDraft('deckhouse'), availableModule(), configDraft('console', {enabled: false})]],
  [moduleEnable, {target}, [sourceDraft('deckhouse'), availableModule()]],
  [moduleDisable, {target}, running],
  [moduleDisable, {target}, [asksConsent, configDraft('console', {enabled: true})]],
  [moduleDisable, {target}, [asksConsent]],
  [moduleSourceSwitch, {target, source: 'mirror'}, running],
  [moduleUpdatePolicy, {target, policy: 'by-hand'}, [...running, manual]],
  [moduleUpdatePolicy, {target, policy: '-'}, [runningModule(), configDraft('console', {enabled: true, updatePolicy: 'by-hand'})]],
  [moduleReleaseChannel, {target, channel: 'Beta'}, running],
  [moduleMaintenance, {target, on: true}, running],
  [moduleSettings, {target, settings: {text: 'it\'s "quoted" \\n', list: [1], gone: null}}, running],
  [moduleSettings, {target, settings: {a: 1}, settingsVersion: 2}, [runningModule()]],
  [modulePin, {target, imageTag: 'v2'}, running],
  [modulePin, {target, imageTag: 'v2', rollback: false}, [...running, pinned]],
  [moduleUnpin, {target}, [...running, pinned]],
  [
    moduleSourceAdd,
    {
      target: 'extra',
      repo: 'registry.example.com/x',
      scheme: 'HTTP',
      dockerCfgFrom: 'default/pull/.dockerconfigjson',
      caFrom: 'default/pull/ca',
    },
    [pull],
  ],
  [moduleSourceForceDelete, {target: 'mirror'}, [sourceDraft('mirror'), releaseDraft('1.2.3', 'Deployed', '', 'mirror')]],
  [objectEdit, {target: web}, [deployment()], editOfWeb],
  [objectDelete, {target: web}, [deployment()]],
  [objectDelete, {target: 'modulesources.deckhouse.io/mirror', cascade: 'Orphan'}, [sourceDraft('mirror')]],
  [workloadScale, {target: web, replicas: 5}, [deployment()]],
  [workloadRollback, {target: web}, [deployment('web:2')], twoRevisions],
  [workloadRestart, {target: web}, [deployment()]],
  [workloadImage, {target: web, image: 'web:2'}, [deployment()]],
  [cronjobTrigger, {target: 'default/backup'}, [cronJobDraft]],
  [cronjobSuspend, {target: 'default/backup'}, [cronJobDraft]],
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

async function webOf(world: WorldClient): Promise<KubeObject> {
  const web = await world.find(webRef);
  if (web === undefined) throw new Error('web is gone');
  return web;
}

async function editOfWeb(world: WorldClient): Promise<Fields> {
  const {uid, resourceVersion} = (await webOf(world)).metadata;
  return {
    patch: [
      {op: 'test', path: '/metadata/uid', value: uid},
      {op: 'test', path: '/metadata/resourceVersion', value: resourceVersion},
      {op: 'add', path: '/metadata/annotations', value: {note: 'it\'s "quoted"'}},
      {op: 'replace', path: '/spec/replicas', value: 7},
    ],
  };
}

async function twoRevisions(world: WorldClient): Promise<Fields> {
  const web = await webOf(world);
  for (const revision of [1, 2]) await world.create(replicaSet(revision, `web:${revision}`, web));
  await world.patch(webRef, {metadata: {annotations: {'deployment.kubernetes.io/revision': '2'}}});
  return {};
}
