/** A lab: an API server, nodes whose pods are real processes, and what a test asks of both. */
import {join} from 'node:path';
import type {ApiHandler} from '../../../src/embedded/apiserver/api-server.ts';
import {findControlPlane} from '../control-plane/binaries.ts';
import {programsOf} from './container-program.ts';
import {LabGround} from './lab-ground.ts';
import {contextOf, copyForPostgres, type LabServer, type ServerKind, startLabServer} from './lab-server.ts';
import {NodeAgent} from './node-agent.ts';
import {findPatroniPrograms, type PatroniVersion} from './patroni-versions.ts';

export type LabOptions = {
  readonly server: ServerKind;
  readonly patroni: PatroniVersion;
  /** What holds Patroni's state. */
  readonly dcs?: 'endpoints' | 'configmaps';
  readonly nodes?: readonly string[];
  /** A base backup waits for a checkpoint that takes its time. */
  readonly hasSlowCheckpoint?: boolean;
  /** Stands before the embedded server: injects faults. */
  readonly wrap?: (handle: ApiHandler) => ApiHandler;
};

export type Lab = {
  readonly server: LabServer;
  readonly ground: LabGround;
  readonly agent: NodeAgent;
  close(): Promise<void>;
};

/** What a lab of that kind lacks on this machine. */
export function findLab(server: ServerKind, patroni: PatroniVersion): string | undefined {
  const programs = findPatroniPrograms(patroni);
  if ('missing' in programs) return programs.missing;
  const plane = server === 'real' ? findControlPlane() : undefined;
  return plane !== undefined && 'missing' in plane ? `${plane.missing} (npm run test:cluster builds it)` : undefined;
}

export async function startLab(options: LabOptions): Promise<Lab> {
  const programs = findPatroniPrograms(options.patroni);
  if ('missing' in programs) throw new Error(programs.missing);
  const ground = await LabGround.create();
  const kubeconfig = join(ground.folder, 'kubeconfig');
  const settings = {
    programs,
    kubeconfig,
    context: contextOf[options.server],
    hasEndpoints: options.dcs !== 'configmaps',
    bypassesService: options.server === 'embedded',
    hasSlowCheckpoint: options.hasSlowCheckpoint ?? false,
  };
  const nodes = options.nodes ?? ['worker-1', 'worker-2', 'worker-3'];
  const agent = new NodeAgent({ground, nodes, programFor: programsOf(settings, () => undefined)});
  const server = await startLabServer(options.server, agent, options.wrap);
  copyForPostgres(server.kubeconfigPath, kubeconfig);
  await agent.start(server.port, server.kubeletPort);
  return {
    server,
    ground,
    agent,
    close: async () => {
      await agent.stop();
      await server.close();
      await ground.release();
    },
  };
}
