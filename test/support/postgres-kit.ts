/** Carries runs of the database's runbooks out in a simulated world that lives by the kit's clock. */
import type {PostgresFaults} from '../../src/embedded/world/postgres/postgres-world.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from './postgres-platform.ts';
import {RunKit} from './run-kit.ts';

export type PostgresKit = {readonly kit: RunKit; readonly platform: PostgresPlatform; readonly target: string};

export async function startPostgresKit(
  runbooks: readonly Runbook[],
  options: PlatformOptions = {},
  faults: PostgresFaults = {},
): Promise<PostgresKit> {
  let platform: PostgresPlatform | undefined;
  const inhabited = inhabitedBy(
    options,
    () => faults,
    met => {
      platform = met;
    },
  );
  const kit = await RunKit.start({runbooks, ...inhabited});
  if (platform === undefined) throw new Error('the world did not start');
  const {namespace, name} = platform.database;
  return {kit, platform, target: `${namespace}/${name}`};
}
