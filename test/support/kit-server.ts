/** What the kit's API server is made of: the kinds that a runbook needs, chance that repeats itself, and which writes are records. */
import {readString} from '../../src/domain/fields.ts';
import {platformCrds} from '../../src/embedded/world/platform-crds.ts';
import type {Draft} from '../../src/embedded/world/world-client.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';

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
  return /\/(runbookruns|runbookapprovals|leases)(\/|\?|$)|\/configmaps(\/run(log|plan)-|\?)|accessreviews/.test(path);
}

/** The same in every test, and never twice the same in one: uids are made of it. */
export function countedChance(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
