/** A module that is held at one image by a ModulePullOverride, and its way back. */
import {readBoolean, readString} from '../../../../domain/fields.ts';
import type {Stage} from '../../life.ts';
import {sourceRef} from '../../seed-sources.ts';
import {digits, second} from '../../seeding.ts';
import {phaseOf, versionOf} from './deploy-release.ts';
import {type ModuleWorld, overrideRef} from './module-world.ts';
import {showModule} from './show-module.ts';

const finalizer = 'modules.deckhouse.io/mpo-finalizer';
/** The registry of the demo has every tag but these. */
const absentTags = /^(?:missing|broken|no-?such)/;

export async function* applyOverride(stage: Stage, {name, override, module}: ModuleWorld, source: string): AsyncGenerator<number> {
  const ref = overrideRef(name);
  const tag = readString(override, 'spec.imageTag') ?? '';
  const imageDigest = `sha256:${digits(`${name}:${tag}`, 64)}`;
  const say = (message: string, more = {}) => stage.client.patchStatus(ref, {message, updatedAt: stage.nowIso(), ...more});
  if ((await stage.client.find(sourceRef(source))) === undefined) return void (await say('The source not found'));
  const isRenewed = override?.metadata.annotations?.renew !== undefined;
  await stage.client.patch(ref, {metadata: {finalizers: [finalizer], annotations: {renew: null}}});
  if (absentTags.test(tag)) {
    const path = `https://registry.example.com/v2/${source}/modules/${name}/manifests/${tag}`;
    return void (await say(`Download error: GET ${path}: MANIFEST_UNKNOWN: manifest unknown; map[Tag:${tag}]`));
  }
  if (module.isOverridden && module.version === tag && !isRenewed) return void (await say('Ready', {imageDigest}));
  yield 4 * second;
  await say('Ready', {imageDigest, weight: module.weight ?? 900});
  await showModule(stage, name, {state: 'reconciling', properties: {version: tag}, also: {IsOverridden: 'True'}});
  yield 6 * second;
  await showModule(stage, name, {state: 'overridden'});
}

/** With rollback the deployed release comes back at once; else the files stay until the next one. */
export async function* endOverride(stage: Stage, {name, override, releases}: ModuleWorld): AsyncGenerator<number> {
  yield 2 * second;
  const deployed = releases.findLast(release => phaseOf(release) === 'Deployed');
  const isBack = readBoolean(override, 'spec.rollback') === true && deployed !== undefined;
  const also = {IsOverridden: 'False' as const};
  if (isBack) await showModule(stage, name, {state: 'reconciling', properties: {version: `v${versionOf(deployed)}`}, also});
  await stage.client.patch(overrideRef(name), {metadata: {finalizers: null}});
  if (isBack) yield 5 * second;
  await showModule(stage, name, {state: 'ready', also});
}
