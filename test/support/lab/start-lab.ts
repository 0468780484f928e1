/** A lab: an API server, nodes whose pods are real processes, and what a test asks of both. */
import {join} from 'node:path';
import type {ApiHandler} from '../../../src/embedded/apiserver/api-server.ts';
import type {PostgresFaults} from '../../../src/embedded/world/postgres/postgres-world.ts';
import {findControlPlane} from '../control-plane/binaries.ts';
import {CommanderWriter} from './commander-writer.ts';
import {programsOf} from './container-program.ts';
import type {ExecDamage} from './exec-damage.ts';
import {LabGround} from './lab-ground.ts';
import {contextOf, copyForPostgres, type LabServer, type ServerKind, startLabServer} from './lab-server.ts';
import {NodeAgent} from './node-agent.ts';
import {findPatroniPrograms, type PatroniVersion} from './patroni-versions.ts';
import {type Platform, startPlatform} from './start-platform.ts';

export type LabOptions = {
  readonly server: ServerKind;
  readonly patroni: PatroniVersion;
  /** What holds Patroni's state. A real API server takes no loopback addresses into Endpoints: there it is ConfigMaps always. */
  readonly dcs?: 'endpoints' | 'configmaps';
  readonly nodes?: readonly string[];
  /** Members of Commander's database; without it there is no platform in the lab. */
  readonly instances?: number;
  /** Of the platform; may be changed while the lab runs. */
  readonly faults?: PostgresFaults;
  /** A base backup waits for a checkpoint that takes its time. */
  readonly hasSlowCheckpoint?: boolean;
  /** To the streams of commands in pods. */
  readonly damage?: ExecDamage;
  /** Stands before the embedded server: injects faults. */
  readonly wrap?: (handle: ApiHandler) => ApiHandler;
};

export type Lab = {
  readonly server: LabServer;
  readonly ground: LabGround;
  readonly agent: NodeAgent;
  readonly writer: CommanderWriter;
  readonly platform: Platform | undefined;
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
    hasEndpoints: options.server === 'embedded' && options.dcs !== 'configmaps',
    bypassesService: options.server === 'embedded',
    hasSlowCheckpoint: options.hasSlowCheckpoint ?? false,
  };
  const nodes = options.nodes ?? ['worker-1', 'worker-2', 'worker-3'];
  const writer = new CommanderWriter(ground);
  let platform: Platform | undefined;
  const agent = new NodeAgent({
    ground,
    nodes,
    programFor: programsOf(settings, places => writer.programFor(places)),
    answers: (_, command) => answerDeckhouse(command, () => platform?.commander.queueLength() ?? 0),
    damage: options.damage,
  });
  const server = await startLabServer(options.server, agent, options.wrap);
  copyForPostgres(server.kubeconfigPath, kubeconfig);
  await agent.start(server.port, server.kubeletPort);
  const {instances, faults = {}} = options;
  if (instances !== undefined) {
    const usesConfigMaps = !settings.hasEndpoints;
    platform = await startPlatform({server, ground, agent}, {instances, usesConfigMaps, faults});
  }
  return {
    server,
    ground,
    agent,
    writer,
    platform,
    close: async () => {
      platform?.stop();
      await agent.stop();
      await server.close();
      await ground.release();
    },
  };
}

/** What of Deckhouse is asked through its pod. */
async function answerDeckhouse(command: readonly string[], tasks: () => number) {
  const [program, topic, queue, ...form] = command;
  if (program !== 'deckhouse-controller' || topic !== 'queue' || queue !== 'main') return undefined;
  const [length, status] = [tasks(), tasks() === 0 ? 'waiting for task 5s' : 'run first task'];
  const text = form.includes('json')
    ? JSON.stringify({name: 'main', tasksCount: length, status})
    : `Queue 'main': length ${length}, status: '${status}'`;
  return {stdout: `${text}\n`, code: 0};
}
