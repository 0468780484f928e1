/** What people configured about modules: ModuleConfigs, update policies and an override. */
import type {Fields} from '../../domain/fields.ts';
import {moduleCatalogue} from './module-catalogue.ts';
import {deckhouseApi, updatePolicies} from './seed-modules.ts';
import {day, digits, type Seeding, second, spread} from './seeding.ts';
import type {Draft} from './world-client.ts';

type ConfigRow = {readonly spec?: Fields; readonly version?: string; readonly message?: string};

const settings: Readonly<Record<string, ConfigRow>> = {
  global: {
    spec: {
      version: 2,
      settings: {modules: {publicDomainTemplate: '%s.example.com', placement: {customTolerationKeys: ['dedicated.example.com']}}},
    },
    version: '2',
  },
  deckhouse: {
    spec: {
      enabled: true,
      version: 1,
      settings: {
        releaseChannel: 'Stable',
        bundle: 'Default',
        update: {mode: 'Auto', windows: [{from: '03:00', to: '05:00', days: ['Tue', 'Thu']}]},
      },
    },
    version: '1',
  },
  prometheus: {spec: {enabled: true, version: 2, settings: {retentionDays: 15}}, version: '2'},
  'ingress-nginx': {
    spec: {enabled: true, version: 1, settings: {}},
    version: '1',
    message: 'Update available, latest spec.settings schema version is 2',
  },
  'user-authn': {
    spec: {enabled: true, version: 1, settings: {publishAPI: true}},
    version: '',
    message:
      'Error: spec.settings are not valid (version 1 converted to 2): 1 error occurred: * userAuthn.publishAPI in body must be of type object: "boolean"',
  },
  loki: {
    spec: {enabled: true, settings: {diskSizeGigabytes: 100}},
    version: '',
    message: 'Error: spec.version is required when spec.settings are specified',
  },
  commander: {
    spec: {
      enabled: true,
      version: 1,
      settings: {highAvailability: true, postgres: {mode: 'Internal', internal: {storageClass: 'network-hdd'}}},
    },
    version: '1',
  },
  'local-path-provisioner': {spec: {enabled: false}, version: '1'},
  istio: {spec: {enabled: false, version: 3}, version: '3'},
  openvpn: {spec: {enabled: false}, version: '1'},
  upmeter: {spec: {enabled: true, maintenance: 'NoResourceReconciliation'}, version: '3'},
  'flow-exporter': {spec: {enabled: false}, version: '1'},
  'observability-platfrom': {spec: {enabled: true}, version: '', message: 'Ignored: unknown module name'},
};

export async function seedModuleSettings(seeding: Seeding): Promise<void> {
  for (const [name, row] of Object.entries(settings)) await seeding.create(moduleConfigDraft(name, row), (30 + spread(name) * 150) * day);
  const fromSources = moduleCatalogue.filter(({source, state}) => source !== 'Embedded' && state !== 'available');
  for (const {name, source} of fromSources) {
    if (settings[name] !== undefined) continue;
    const policy = updatePolicies[name];
    const spec = {enabled: true, ...(policy !== undefined && {updatePolicy: policy}), ...(source === 'extra' && {source})};
    await seeding.create(moduleConfigDraft(name, {spec, version: '1'}), (10 + spread(name) * 90) * day);
  }
  for (const [name, update, channel] of policies) {
    const spec = {releaseChannel: channel, update};
    await seeding.create(
      {apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModuleUpdatePolicy', metadata: {name}, spec},
      (40 + spread(name) * 60) * day,
    );
  }
  await seedOverride(seeding);
}

export function moduleConfigDraft(name: string, {spec = {}, version = '', message = ''}: ConfigRow): Draft {
  return {
    apiVersion: deckhouseApi,
    kind: 'ModuleConfig',
    metadata: {name},
    spec,
    status: {version, message},
  };
}

const policies: readonly (readonly [name: string, update: Fields, channel: string])[] = [
  ['weekly', {mode: 'Auto', windows: [{from: '02:00', to: '04:00', days: ['Sat', 'Sun']}]}, 'Stable'],
  ['by-hand', {mode: 'Manual'}, 'EarlyAccess'],
  ['patches-only', {mode: 'AutoPatch'}, 'RockSolid'],
];

async function seedOverride(seeding: Seeding): Promise<void> {
  await seeding.create(
    {
      apiVersion: 'deckhouse.io/v1alpha2',
      kind: 'ModulePullOverride',
      metadata: {name: 'prompp', finalizers: ['modules.deckhouse.io/mpo-finalizer']},
      spec: {imageTag: 'main', scanInterval: '15s', rollback: true},
      status: {message: 'Ready', updatedAt: seeding.ago(12 * second), imageDigest: `sha256:${digits('prompp', 64)}`, weight: 299},
    },
    5 * day,
  );
}
