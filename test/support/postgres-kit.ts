/** Carries runs of the database's runbooks out in a simulated world that lives by the kit's clock. */
import type {KubeObject} from '../../src/domain/kube-object.ts';
import type {KubePort} from '../../src/domain/kube-port.ts';
import type {Run} from '../../src/domain/run.ts';
import type {PostgresFaults} from '../../src/embedded/world/postgres/postgres-world.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from './postgres-platform.ts';
import {RunKit} from './run-kit.ts';

export type PostgresKit = {
  readonly kit: RunKit;
  readonly platform: PostgresPlatform;
  readonly target: string;
  /** Claims that the run deleted while no other disk held every acknowledged row; none, if all is well. */
  readonly unsafeDeletions: readonly string[];
};

/** Asked between two looks; does what is due and nothing else. */
export type Meanwhile = (platform: PostgresPlatform, run: Run) => unknown;

export async function startPostgresKit(
  runbooks: readonly Runbook[],
  options: PlatformOptions = {},
  faults: PostgresFaults = {},
  meanwhile?: Meanwhile,
  afterDeletion?: (platform: PostgresPlatform, member: string) => unknown,
): Promise<PostgresKit> {
  let platform: PostgresPlatform | undefined;
  const inhabited = inhabitedBy(
    options,
    () => faults,
    met => {
      platform = met;
    },
  );
  const between = async (_world: unknown, kit: RunKit): Promise<unknown> =>
    platform === undefined || meanwhile === undefined ? undefined : meanwhile(platform, await kit.run());
  const unsafeDeletions: string[] = [];
  const watched = (port: KubePort): KubePort => ({
    stream: request => port.stream(request),
    request: async request => {
      const claim = request.method === 'DELETE' ? /persistentvolumeclaims\/pgdata-([^/?]+)/.exec(request.path)?.[1] : undefined;
      if (claim !== undefined && platform !== undefined && !isSafeWithout(platform, claim)) unsafeDeletions.push(claim);
      const answer = await port.request(request);
      if (claim !== undefined && platform !== undefined) await afterDeletion?.(platform, claim);
      return answer;
    },
  });
  const kit = await RunKit.start({
    runbooks,
    ...inhabited,
    wrapPort: watched,
    ...(meanwhile !== undefined && {platform: between}),
  });
  if (platform === undefined) throw new Error('the world did not start');
  const {namespace, name} = platform.database;
  return {kit, platform, target: `${namespace}/${name}`, unsafeDeletions};
}

function isSafeWithout(platform: PostgresPlatform, member: string): boolean {
  return platform.leader !== undefined && platform.leader !== member && platform.lostRows === 0;
}

export function stateOf({status}: Run, step: string): string {
  return status.steps.find(({id}) => id === step)?.state ?? 'absent';
}

export function tellRun({status}: Run): string {
  const steps = status.steps.map(({id, state, reason, message}) => `${id} ${state} ${reason} ${message}`);
  const told = status.conditions.filter(({message}) => message !== '').map(({type, reason, message}) => `${type} ${reason}: ${message}`);
  return [status.phase, ...steps, ...told].join('\n');
}

export async function claimsOf({world, database}: PostgresPlatform): Promise<readonly KubeObject[]> {
  return world.list('v1', 'PersistentVolumeClaim', database.namespace);
}
