/** What the kit's API server is made of: the kinds that a runbook needs, chance that repeats itself, and which writes are records. */

import {readString} from '../../src/domain/fields.ts';
import {approvalDefinition, runDefinition} from '../../src/domain/run-kinds/run-definitions.ts';
import {type ApiServer, createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {platformCrds} from '../../src/embedded/world/platform-crds.ts';
import type {Draft} from '../../src/embedded/world/world-client.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import {FakeClock} from './fake-clock.ts';
import {runsNamespace} from './run-records.ts';

/** Only those that the runbooks may touch and the objects are of: making them all takes longer than a run. */
export function crdsFor({
  runbooks,
  objects = [],
}: {
  readonly runbooks: readonly Runbook[];
  readonly objects?: readonly Draft[];
}): readonly Draft[] {
  const plurals = new Set(
    runbooks.flatMap(({permissions}) => permissions.map(({group, resource}) => `${resource.split('/')[0]}.${group}`)),
  );
  const kinds = new Set(objects.map(({apiVersion, kind}) => `${kind}.${apiVersion.split('/')[0]}`));
  return platformCrds().filter(({metadata, spec}) => {
    const kind = `${readString(spec, 'names.kind')}.${readString(spec, 'group')}`;
    return plurals.has(metadata.name) || kinds.has(kind);
  });
}

export function isOwnRecord(path: string): boolean {
  return /[?&]dryRun=|\/(runbookruns|runbookapprovals|leases)(\/|\?|$)|\/configmaps(\/run(log|plan)-|\?)|accessreviews/.test(path);
}

/** The same in every test, and never twice the same in one: uids are made of it. */
export function countedChance(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

type ServerOptions = Parameters<typeof crdsFor>[0];

export const kitStartMs = Date.parse('2026-01-02T12:00:00Z');

/** Servers as scenarios find them: a fork takes a tenth of the time that making one takes. */
const templates = new WeakMap<readonly Draft[], Promise<ApiServer>>();

async function makeTemplate(options: ServerOptions): Promise<ApiServer> {
  // Uids of the template and of its forks come from different chances.
  const server = createApiServer({clock: new FakeClock(kitStartMs), random: Math.random});
  const world = new WorldClient(server.port);
  for (const crd of [...crdsFor(options), runDefinition, approvalDefinition]) await world.create(crd);
  await world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: runsNamespace}});
  for (const draft of options.objects ?? []) await world.create(draft);
  return server;
}

/** The same objects give the same template. */
export function templateFor(options: ServerOptions): Promise<ApiServer> {
  const {objects = []} = options;
  const template = templates.get(objects) ?? makeTemplate(options);
  templates.set(objects, template);
  return template;
}
