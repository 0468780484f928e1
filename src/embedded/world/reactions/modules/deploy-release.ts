/** The deployment of a module's release: the one before is superseded first, then the module comes back with the new version. */
import {type Fields, isFields, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {isNewer} from '../../../../domain/module-release.ts';
import type {Stage} from '../../life.ts';
import {deckhouseApi} from '../../seed-modules.ts';
import {second} from '../../seeding.ts';
import type {Ref} from '../../world-client.ts';
import {showModule} from './show-module.ts';

/** As many as the platform keeps beside the deployed one. */
const outdatedKept = 3;
const prefix = 'modules.deckhouse.io/';

export function releaseRefOf({metadata}: KubeObject): Ref {
  return {apiVersion: deckhouseApi, kind: 'ModuleRelease', name: metadata.name};
}

/** Ascending by version. */
export async function releasesOf({client}: Stage, module: string): Promise<readonly KubeObject[]> {
  const releases = await client.list(deckhouseApi, 'ModuleRelease', undefined, {labelSelector: `module=${module}`});
  return releases.toSorted((left, right) => (isNewer(versionOf(left), versionOf(right)) ? 1 : -1));
}

export function versionOf(release: KubeObject): string {
  return readString(release, 'spec.version') ?? '';
}

export function phaseOf(release: KubeObject): string {
  return readString(release, 'status.phase') ?? '';
}

export function setPhase({client, nowIso}: Stage, ref: Ref, phase: string, more: Fields = {}): Promise<KubeObject> {
  return client.patchStatus(ref, {phase, message: '', transitionTime: nowIso(), ...more});
}

export async function* deployRelease(stage: Stage, module: string, next: KubeObject): AsyncGenerator<number> {
  const {client} = stage;
  const ref = releaseRefOf(next);
  const deployed = (await releasesOf(stage, module)).filter(
    release => phaseOf(release) === 'Deployed' && release.metadata.name !== ref.name,
  );
  for (const release of deployed) {
    await client.patch(releaseRefOf(release), {metadata: {labels: {status: 'superseded'}, finalizers: null}});
    await setPhase(stage, releaseRefOf(release), 'Superseded');
  }
  const annotations = {
    [`${prefix}isUpdating`]: 'true',
    [`${prefix}notified`]: 'false',
    [`${prefix}apply-now`]: null,
    [`${prefix}force`]: null,
    [`${prefix}reinstall`]: null,
  };
  await client.patch(ref, {metadata: {labels: {status: 'deployed'}, annotations, finalizers: [`${prefix}exist-on-fs`]}});
  await client.patchStatus(ref, {phase: 'Deployed', message: '', size: 21_233_664, pullDuration: '12s'});
  const isFirst = deployed.length === 0;
  const properties = {version: `v${versionOf(next)}`, ...(isFirst && {weight: 900})};
  await showModule(stage, module, {state: isFirst ? 'installing' : 'reconciling', properties});
  yield (isFirst ? 6 : 9) * second;
  await showModule(stage, module, {state: 'ready'});
  await client.patch(ref, {metadata: {annotations: {[`${prefix}isUpdating`]: 'false'}}});
  await forgetOutdated(stage, module);
}

export async function forgetOutdated(stage: Stage, module: string): Promise<void> {
  const releases = await releasesOf(stage, module);
  const outdated = releases.filter(({status}) => isFields(status) && ['Superseded', 'Suspended', 'Skipped'].includes(String(status.phase)));
  for (const release of outdated.toReversed().slice(outdatedKept)) await stage.client.remove(releaseRefOf(release));
}
