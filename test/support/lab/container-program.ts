/** What runs in a container of the lab: the real program for an image, its environment, and how it dies without warning. */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {stringify} from 'yaml';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {dataMount} from '../../../src/domain/postgres/member-commands.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {memberConfig} from '../patroni-config.ts';
import {asPostgres, giveToPostgres, isAlive} from '../postgres-user.ts';
import {mapArguments} from './map-arguments.ts';
import type {PatroniPrograms} from './patroni-versions.ts';
import {postgresBin} from './patroni-versions.ts';
import type {PodContainer} from './pod-spec.ts';

/** A container whose pod has its address, its folder and its volumes. */
export type ContainerPlaces = {
  readonly pod: KubeObject;
  readonly container: PodContainer;
  readonly address: string;
  readonly folder: string;
  readonly mounts: readonly {readonly path: string; readonly folder: string}[];
  readonly variables: Readonly<Record<string, string>>;
};

export type ContainerProgram = {
  readonly command: readonly string[];
  /** Of the program, and of what is run beside it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whatever the program started dies as with its machine. */
  killRest(): Promise<void>;
};

export type ProgramFor = (places: ContainerPlaces) => ContainerProgram;

export type MemberSettings = {
  readonly programs: PatroniPrograms;
  /** The way to the API server for Patroni. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly hasEndpoints: boolean;
  readonly bypassesService: boolean;
  readonly hasSlowCheckpoint?: boolean;
};

const gone = async (): Promise<void> => undefined;

/** A program that is not of the user of PostgreSQL. */
export type OwnProgram = {readonly command: readonly string[]; readonly variables: Readonly<Record<string, string>>};

/** Spilo's pods run Patroni; others what is known for their image, or the command of their own, or they only wait. */
export function programsOf(settings: MemberSettings, others: (places: ContainerPlaces) => OwnProgram | undefined): ProgramFor {
  return places => {
    if (isMember(places)) return memberProgram(places, settings);
    const {container, variables, folder, address} = places;
    const common = {PATH: settings.programs.path, HOME: folder, LC_ALL: 'C.UTF-8', POD_IP: address, ...variables};
    const known = others(places);
    if (known !== undefined) return {command: known.command, environment: {...common, ...known.variables}, killRest: gone};
    const command = container.command.length > 0 ? mapArguments(container.command, places) : ['sleep', 'infinity'];
    return {command: asPostgres(command, common), environment: common, killRest: gone};
  };
}

function isMember({pod, container}: ContainerPlaces): boolean {
  return pod.metadata.labels?.application === 'spilo' && container.mounts.some(({path}) => path === dataMount);
}

function memberProgram({pod, address, folder, mounts, variables}: ContainerPlaces, settings: MemberSettings): ContainerProgram {
  const {name, namespace = '', labels = {}} = pod.metadata;
  const {programs, ...rest} = settings;
  const volume = mounts.find(({path}) => path === dataMount)?.folder ?? '';
  const dataFolder = join(volume, 'pgroot', 'data');
  const config = join(folder, 'patroni.yaml');
  const options = {name, namespace, scope: labels['cluster-name'] ?? '', folder, dataFolder, binFolder: postgresBin, ...rest};
  writeFileSync(config, stringify(memberConfig({...options, address: {ip: address, port: 5432, restPort: 8008}})), {mode: 0o600});
  giveToPostgres(config);
  const common = {PATH: programs.path, HOME: folder, LC_ALL: 'C.UTF-8', ...variables};
  return {
    command: asPostgres([programs.patroni, config], {...common, KUBECONFIG: settings.kubeconfig}),
    environment: {...common, KUBECONFIG: settings.kubeconfig, PGHOST: folder, PATRONICTL_CONFIG_FILE: config},
    killRest: () => killPostgres(dataFolder),
  };
}

/** The first process of PostgreSQL, and with it all that it started. */
async function killPostgres(dataFolder: string): Promise<void> {
  const pid = postmasterOf(dataFolder);
  if (pid === undefined) return;
  const all = [pid, ...childrenOf(pid)];
  for (const one of all) kill(one);
  await waitUntil('PostgreSQL is gone', () => !all.some(isAlive), {deadlineMs: 10_000});
}

/** Of the PostgreSQL that runs there; a number that another process has by now is not its. */
export function postmasterOf(dataFolder: string): number | undefined {
  const path = join(dataFolder, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
  return isAlive(pid) && readCommand(pid).includes('postgres') ? pid : undefined;
}

export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

export function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
    return;
  }
}
