/** A module is enabled, downloaded, installed and ready; after a while it is turned off and forgotten. */

import type {Stage} from './life.ts';
import {type ModuleState, moduleCatalogue} from './module-catalogue.ts';
import {moduleStatus} from './module-status.ts';
import {moduleConfigDraft} from './seed-module-settings.ts';
import {moduleProperties, moduleRef} from './seed-modules.ts';
import {releaseDraft, releaseRef} from './seed-releases.ts';
import {second} from './seeding.ts';
import {refOf} from './world-client.ts';

const name = 'secrets-store-integration';
const version = '1.0.0';
const config = moduleConfigDraft(name, {spec: {enabled: true}, version: '1'});

export async function* moduleScene(stage: Stage): AsyncGenerator<number> {
  const {client} = stage;
  await client.remove(refOf(config));
  await client.remove(releaseRef(name, version));
  await show(stage, 'available');
  yield 9 * second;

  await client.create(config);
  await show(stage, 'downloading');
  yield 3 * second;
  await client.create(releaseDraft({...release(stage, 'Pending'), cause: 'no releases in cluster'}));
  yield 11 * second;

  const deployed = releaseDraft(release(stage, 'Deployed'));
  await client.patch(releaseRef(name, version), {metadata: {labels: deployed.metadata.labels}});
  await client.patch({...releaseRef(name, version)}, {metadata: {annotations: {'modules.deckhouse.io/isUpdating': 'true'}}});
  await client.patchStatus(releaseRef(name, version), {phase: 'Deployed', message: '', size: 14_680_064, pullDuration: '9s'});
  await show(stage, 'installing', `v${version}`);
  yield 13 * second;

  await show(stage, 'ready', `v${version}`);
  await client.patch(releaseRef(name, version), {metadata: {annotations: {'modules.deckhouse.io/isUpdating': 'false'}}});
  yield 34 * second;

  await client.patch(refOf(config), {spec: {enabled: false}});
  await show(stage, 'offByConfig', `v${version}`);
  yield 16 * second;
}

function release(stage: Stage, phase: string): Parameters<typeof releaseDraft>[0] {
  return {
    module: name,
    version,
    source: 'deckhouse',
    weight: 930,
    phase,
    message: '',
    transitionTime: stage.nowIso(),
    cause: 'from deployed',
  };
}

async function show(stage: Stage, state: ModuleState, shownVersion?: string): Promise<void> {
  const row = moduleCatalogue.find(candidate => candidate.name === name);
  if (row === undefined) return;
  const shown = {...row, ...(shownVersion !== undefined && {version: shownVersion})};
  const gone = shownVersion === undefined ? {version: null, weight: null} : {};
  await stage.client.patch(moduleRef(name), {properties: {...gone, ...moduleProperties(shown)}});
  await stage.client.patchStatus(moduleRef(name), moduleStatus(shown, state, stage.nowIso(), stage.nowIso()));
}
