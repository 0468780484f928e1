/** An embedded API server that proves who asks for runs, people with tokens of their own, and a controller beside it. */
import {provingPolicies, stampingPolicies} from '../../../src/domain/run-kinds/policies.ts';
import {approvalDefinition, runDefinition} from '../../../src/domain/run-kinds/run-definitions.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {ControllerProcess} from '../controller-process.ts';
import type {Program} from '../dashboard.ts';
import {startEmbeddedServer} from '../embedded-server.ts';
import type {ProgramResult} from '../run-program.ts';
import {runsNamespace} from './run-objects.ts';

/** `poor` has no rights at all, the others have every one. */
type Person = 'ivan' | 'olga' | 'poor';

export type ProvingServer = {
  readonly world: WorldClient;
  /** `deckhand COMMAND ARGS` as somebody. */
  cli(args: readonly string[], person?: Person, command?: string): Promise<ProgramResult>;
  untilStatus(run: string, isIt: RegExp): Promise<ProgramResult>;
  untilEnded(run: string): Promise<ProgramResult>;
  close(): Promise<void>;
};

const masters = ['system:masters'];
const users = ['ivan', 'olga', 'poor', 'controller'].map(name => ({
  token: `${name}-token`,
  user: {username: name, uid: '', groups: name === 'poor' ? [] : masters},
}));
const deadlineMs = 60_000;

export async function startProvingServer(program: Program): Promise<ProvingServer> {
  const server = await startEmbeddedServer({crds: true, users});
  const world = new WorldClient(server.port);
  for (const manifest of [runDefinition, approvalDefinition]) await world.create(manifest);
  await world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: runsNamespace}});
  for (const policy of [...provingPolicies, ...stampingPolicies]) await world.create(policy);
  const replica = await ControllerProcess.start(program, server.kubeconfigPath, ['--token', 'controller-token']);
  const cli: ProvingServer['cli'] = (args, person = 'ivan', command = 'runbook') =>
    program.run([command, ...args, '--kubeconfig', server.kubeconfigPath, '--token', `${person}-token`]);
  const untilStatus: ProvingServer['untilStatus'] = (run, isIt) => {
    let seen: ProgramResult | undefined;
    return waitUntil(
      `the status of ${run} says ${isIt}`,
      async () => {
        seen = await cli(['status', run]);
        return isIt.test(seen.stdout) && seen;
      },
      {deadlineMs, explain: () => JSON.stringify(seen)},
    );
  };
  return {
    world,
    cli,
    untilStatus,
    untilEnded: run => untilStatus(run, /, (Succeeded|Failed|Aborted), /),
    close: async () => {
      await replica.ended('SIGKILL');
      await server.close();
    },
  };
}

/** As somebody submits it with kubectl: the owner of the server. */
export function runDraft(name: string, parameters: object, namespace = runsNamespace) {
  return {
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: 'RunbookRun',
    metadata: {name, namespace},
    spec: {runbook: {name: 'node-cordon'}, parameters, requestedBy: {user: 'deckhand', groups: [...masters, 'system:authenticated']}},
  };
}
