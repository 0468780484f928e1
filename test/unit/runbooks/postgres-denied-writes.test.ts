/** A policy of the platform that keeps its objects from everybody else: it is asked beforehand, and its own words are what a run stops with. */
import {expect, test} from 'vitest';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {claimsOf, startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';
import type {PlatformOptions, PostgresPlatform} from '../../support/postgres-platform.ts';

const words = 'Creating, updating or deleting objects with the label heritage: deckhouse is prohibited';
const policy = 'label-objects.deckhouse.io';

type Denied = {readonly group: string; readonly resource: string};

const clusters: Denied = {group: 'acid.zalan.do', resource: 'postgresqls'};

/** As Deckhouse has it, for one kind. */
async function deny({world}: PostgresPlatform, {group, resource}: Denied, isHeritage = true, expression = 'false'): Promise<void> {
  await world.create({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: {name: policy},
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {resourceRules: [{apiGroups: [group], apiVersions: ['*'], operations: ['UPDATE'], resources: [resource]}]},
      ...(isHeritage && {
        matchConditions: [
          {name: 'heritage', expression: "has(object.metadata.labels) && object.metadata.labels[?'heritage'].orValue('') == 'deckhouse'"},
        ],
      }),
      validations: [{expression, message: words, reason: 'Forbidden'}],
    },
  });
  await world.create({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: {name: `heritage-${policy}`},
    spec: {policyName: policy, validationActions: ['Deny']},
  });
}

const byClass = {backupTo: 'none', keysTo: 'none'};
const byRestore = {backupTo: 'file:/safe', keysTo: 'file:/safe'};

const denied: ReadonlyArray<readonly [string, Runbook, PlatformOptions, Denied, typeof byClass]> = [
  ['the number of instances', postgresStorageClass, {}, clusters, byClass],
  ['the class, of nobody’s database', postgresStorageClass, {owner: 'nobody'}, clusters, byClass],
  ['the setting', postgresStorageClass, {isHighlyAvailable: true}, {group: 'deckhouse.io', resource: 'moduleconfigs'}, byClass],
  ['volumes', postgresStorageClass, {isHighlyAvailable: true}, {group: '', resource: 'persistentvolumes'}, byClass],
  ['the keys', postgresStorageClassByRestore, {}, {group: '', resource: 'secrets'}, byRestore],
  ['Commander’s Deployments', postgresStorageClassByRestore, {}, {group: 'apps', resource: 'deployments'}, byRestore],
];

test.each(denied)('%s may not be changed: nothing is begun', {timeout: 60_000}, async (_, runbook, options, what, places) => {
  const {kit, platform, target} = await startPostgresKit([runbook], options);
  await deny(platform, what, what === clusters && options.owner === undefined);
  await kit.submit(runbook.name, {target, storageClass: newClass, ...places});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Failed');
  expect(tellRun(run)).toContain(' WriteRefused: ');
  expect(tellRun(run)).toContain(`": ${words} (policy ${policy}). Nothing was changed`);
  expect(kit.effects).toEqual([]);
});

test('a policy that comes in the middle stops the run with its words, and every disk is there', {timeout: 60_000}, async () => {
  let isThere = false;
  const {kit, platform, target} = await startPostgresKit([postgresStorageClass], {}, {}, async (met, run) => {
    if (isThere || stateOf(run, 'set-class') !== 'Verifying') return;
    isThere = true;
    await deny(met, clusters, true, 'object.spec.numberOfInstances == oldObject.spec.numberOfInstances');
  });
  const before = (await claimsOf(platform)).map(({metadata}) => metadata.uid);
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, ...byClass});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Paused');
  expect(tellRun(run)).toMatch(/add-member Failed Forbidden .*denied request: Creating, updating/);
  expect((await claimsOf(platform)).map(({metadata}) => metadata.uid)).toEqual(before);
});
