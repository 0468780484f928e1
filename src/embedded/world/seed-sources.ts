/** ModuleSources: a healthy one, one with errors of single modules, one that its registry refuses, one that stopped syncing, one that cannot go. */
import type {Fields} from '../../domain/fields.ts';
import {type ModuleRow, moduleCatalogue} from './module-catalogue.ts';
import {deckhouseApi, updatePolicies} from './seed-modules.ts';
import {day, digits, minute, type Seeding, second} from './seeding.ts';
import type {Ref} from './world-client.ts';

const registry = 'registry.example.com';

const someErrors = 'Some errors occurred. Inspect status for details';

function noImage(source: string, module: string): string {
  const path = `${source}/modules/${module}/release`;
  return `get image info: fetch image error: GET https://${registry}/v2/${path}/manifests/stable: MANIFEST_UNKNOWN: manifest unknown; map[Tag:stable]`;
}

const moduleErrors: Readonly<Record<string, string>> = {
  code: noImage('extra', 'code'),
  stronghold: "step by step update failed: not sequential version: prev 'v1.15.4' next 'v1.18.0'",
};

type SourceRow = {
  readonly name: string;
  readonly syncedAgoMs: number;
  readonly ageMs: number;
  readonly message?: string;
  readonly extraModules?: readonly string[];
};

const sources: readonly SourceRow[] = [
  {
    name: 'deckhouse',
    syncedAgoMs: 40 * second,
    ageMs: 214 * day,
    extraModules: ['development-platform', 'observability-platform'],
  },
  {name: 'extra', syncedAgoMs: 65 * second, ageMs: 120 * day, message: someErrors, extraModules: ['observability-platform']},
  {
    name: 'partners',
    syncedAgoMs: 90 * second,
    ageMs: 33 * day,
    message: `list tags: GET https://${registry}/v2/partners/modules/tags/list?n=1000: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:partners/modules Type:repository]]`,
  },
  {name: 'edge-mirror', syncedAgoMs: 47 * minute, ageMs: 12 * day},
];

export function sourceRef(name: string): Ref {
  return {apiVersion: deckhouseApi, kind: 'ModuleSource', name};
}

export async function seedSources(seeding: Seeding): Promise<void> {
  for (const row of sources) {
    const rows = moduleCatalogue.filter(module => module.source === row.name);
    const modules = [...rows.map(sourceEntry), ...(row.extraModules ?? []).map(name => ({name, version: 'unknown', policy: ''}))];
    await seeding.create(
      {
        apiVersion: deckhouseApi,
        kind: 'ModuleSource',
        metadata: {
          name: row.name,
          annotations: {'modules.deckhouse.io/registry-spec-checksum': digits(`spec/${row.name}`, 32)},
          finalizers: ['modules.deckhouse.io/module-exists', 'modules.deckhouse.io/release-exists'],
          ...(row.name === 'deckhouse' && {labels: {heritage: 'deckhouse'}}),
        },
        spec: {scanInterval: '3m', registry: {scheme: 'HTTPS', repo: `${registry}/${row.name}/modules`, dockerCfg: 'eyJhdXRocyI6e319'}},
        status: {
          phase: 'Active',
          syncTime: seeding.ago(row.syncedAgoMs),
          modulesCount: modules.length,
          message: row.message ?? '',
          modules: modules.sort((a, b) => (a.name < b.name ? -1 : 1)),
        },
      },
      row.ageMs,
    );
  }
  await seedLeavingSource(seeding);
}

function sourceEntry(row: ModuleRow): Fields & {readonly name: string} {
  const error = moduleErrors[row.name];
  return {
    name: row.name,
    version: error === undefined ? (row.version ?? 'v0.1.0') : 'unknown',
    policy: updatePolicies[row.name] ?? '',
    ...(error === undefined && {checksum: `sha256:${digits(row.name, 64)}`}),
    ...(error !== undefined && {error}),
    ...(row.state === 'overridden' && {overridden: true}),
  };
}

/** Deleted, but one of its modules is still deployed. */
async function seedLeavingSource(seeding: Seeding): Promise<void> {
  const name = 'legacy';
  await seeding.create(
    {
      apiVersion: deckhouseApi,
      kind: 'ModuleSource',
      metadata: {name, finalizers: ['modules.deckhouse.io/release-exists']},
      spec: {registry: {scheme: 'HTTP', repo: `${registry}/legacy/modules`}},
      status: {
        phase: 'Terminating',
        syncTime: seeding.ago(6 * day),
        modulesCount: 1,
        message:
          'The source contains at least 1 deployed release and cannot be deleted. Please delete target ModuleReleases manually to continue',
        modules: [{name: 'flow-exporter', version: 'v0.2.0', policy: ''}],
      },
    },
    300 * day,
  );
  await seeding.client.remove(sourceRef(name));
}
