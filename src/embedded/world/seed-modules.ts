/** Module objects, each with its properties and the status of its state. */
import type {Fields} from '../../domain/fields.ts';
import {type ModuleRow, moduleCatalogue} from './module-catalogue.ts';
import {moduleStatus} from './module-status.ts';
import {day, hour, minute, type Seeding, spread} from './seeding.ts';
import type {Draft, Ref} from './world-client.ts';

/** States that began a moment ago; the others have lasted for days. */
const freshStates = new Set(['downloading', 'installing', 'reconciling', 'waitSyncTasks']);

export const deckhouseApi = 'deckhouse.io/v1alpha1';

export function moduleRef(name: string): Ref {
  return {apiVersion: deckhouseApi, kind: 'Module', name};
}

export async function seedModules(seeding: Seeding): Promise<void> {
  for (const row of moduleCatalogue) {
    const ageMs = row.source === 'Embedded' ? 214 * day : (20 + spread(row.name) * 120) * day;
    const sinceMs = freshStates.has(row.state) ? (1 + spread(row.name) * 3) * minute : (0.2 + spread(row.name)) * 30 * hour;
    const status = moduleStatus(row, row.state, seeding.ago(sinceMs), seeding.ago(20_000));
    await seeding.create({...moduleDraft(row), status}, ageMs);
  }
}

export function moduleDraft(row: ModuleRow): Draft {
  return {
    apiVersion: deckhouseApi,
    kind: 'Module',
    metadata: {name: row.name, annotations: descriptions[row.name] ?? {}},
    properties: moduleProperties(row),
  };
}

export function moduleProperties(row: ModuleRow): Fields {
  const isEmbedded = row.source === 'Embedded';
  const isInstalled = row.version !== undefined || isEmbedded;
  return {
    ...(isInstalled && {weight: row.weight}),
    source: row.source,
    ...(!isEmbedded && {releaseChannel: 'Stable', availableSources: row.availableSources ?? [row.source]}),
    stage: row.stage ?? 'General Availability',
    ...(isEmbedded ? {version: 'v1.71.3'} : row.version !== undefined && {version: row.version}),
    ...(updatePolicies[row.name] !== undefined && {updatePolicy: updatePolicies[row.name]}),
    ...(disableOptions[row.name] !== undefined && {disableOptions: disableOptions[row.name]}),
    ...(row.name === 'gpu-operator' && {requirements: {deckhouse: '> 1.72.0'}}),
    ...(row.name === 'neuvector' && {requirements: {modules: {istio: '>= 1.0.0'}}}),
  };
}

const descriptions: Readonly<Record<string, Record<string, string>>> = {
  console: {
    'ru.meta.deckhouse.io/description': 'Графический веб-интерфейс платформы',
    'en.meta.deckhouse.io/description': 'Graphical web interface of the platform',
  },
  prometheus: {
    'ru.meta.deckhouse.io/description': 'Сбор и хранение метрик кластера',
    'en.meta.deckhouse.io/description': 'Collects and keeps the metrics of the cluster',
  },
  virtualization: {'ru.meta.deckhouse.io/description': 'Виртуальные машины рядом с контейнерами'},
};

/** Which policy a module follows; the rest mirrors the settings of `deckhouse`. */
export const updatePolicies: Readonly<Record<string, string>> = {
  console: 'weekly',
  observability: 'weekly',
  stronghold: 'by-hand',
  'managed-valkey': 'by-hand',
  'managed-postgres': 'patches-only',
  'payload-registry': 'nightly',
};

const disableOptions: Readonly<Record<string, Fields>> = {
  'sds-replicated-volume': {
    confirmation: true,
    messages: {
      en: 'All volumes of the module will become unavailable',
      ru: 'Все тома модуля станут недоступны',
    },
  },
};
