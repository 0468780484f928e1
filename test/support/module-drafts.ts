/** Modules and what belongs to them, as drafts for a server, and the few things that the platform does with them. */
import type {Fields} from '../../src/domain/fields.ts';
import type {Draft, Ref, WorldClient} from '../../src/embedded/world/world-client.ts';

const api = 'deckhouse.io/v1alpha1';

export const consoleRef: Ref = {apiVersion: api, kind: 'Module', name: 'console'};

export function moduleDraft(name: string, properties: Fields, phase: string, conditions: Readonly<Record<string, string>> = {}): Draft {
  const list = Object.entries(conditions).map(([type, status]) => ({type, status}));
  return {apiVersion: api, kind: 'Module', metadata: {name}, properties, status: {phase, conditions: list}};
}

export function availableModule(sources: readonly string[] = ['deckhouse']): Draft {
  return moduleDraft('console', {availableSources: sources}, 'Available', {EnabledByModuleManager: 'False'});
}

export function runningModule(properties: Fields = {}): Draft {
  const all = {source: 'deckhouse', availableSources: ['deckhouse', 'mirror'], version: 'v1.2.3', releaseChannel: 'Stable', ...properties};
  return moduleDraft('console', all, 'Ready', {EnabledByModuleConfig: 'True', EnabledByModuleManager: 'True', IsReady: 'True'});
}

export function configDraft(name: string, spec: Fields): Draft {
  return {apiVersion: api, kind: 'ModuleConfig', metadata: {name}, spec};
}

export function sourceDraft(name: string, status: Fields = {}): Draft {
  const synced = {phase: 'Active', syncTime: '2026-01-02T11:59:00Z', ...status};
  return {
    apiVersion: api,
    kind: 'ModuleSource',
    metadata: {name},
    spec: {registry: {repo: `registry.example.com/${name}`}},
    status: synced,
  };
}

export function releaseDraft(version: string, phase: string, message = '', source = 'deckhouse'): Draft {
  return {
    apiVersion: api,
    kind: 'ModuleRelease',
    metadata: {name: `console-v${version}`, labels: {module: 'console', source}},
    spec: {moduleName: 'console', version},
    status: {phase, message},
  };
}

export function policyDraft(name: string, spec: Fields): Draft {
  return {apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModuleUpdatePolicy', metadata: {name}, spec};
}

export async function setConditions(world: WorldClient, phase: string, conditions: readonly Fields[]): Promise<void> {
  await world.patchStatus(consoleRef, {phase, conditions});
}

export const on: readonly Fields[] = [
  {type: 'EnabledByModuleConfig', status: 'True'},
  {type: 'EnabledByModuleManager', status: 'True'},
];
