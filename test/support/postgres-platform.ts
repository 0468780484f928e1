/**
 * A platform with a live database, on an embedded server under a clock that only the test moves. It is brought up once and
 * then copied, server and disks together, so that a test, or each of the many starts of one scenario, costs a fork.
 */
import type {ExecEffect} from '../../src/domain/kube-write.ts';
import {approvalDefinition, runDefinition} from '../../src/domain/run-kinds/run-definitions.ts';
import {type ApiServer, createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {deckhouseController} from '../../src/embedded/world/deckhouse-controller.ts';
import {platformCrds} from '../../src/embedded/world/platform-crds.ts';
import type {MemberPace} from '../../src/embedded/world/postgres/member-faults.ts';
import type {OperatorLine} from '../../src/embedded/world/postgres/operator.ts';
import {
  type Content,
  copyState,
  countRows,
  type Disk,
  missingRows,
  type PostgresState,
  type Rows,
} from '../../src/embedded/world/postgres/postgres-state.ts';
import {type PostgresFaults, type PostgresWorld, startPostgresWorld} from '../../src/embedded/world/postgres/postgres-world.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import type {CommandResult} from '../../src/engine/reader.ts';
import {startDeploymentKeeper} from './deployment-keeper.ts';
import {FakeClock, settle} from './fake-clock.ts';
import {countedChance, kitStartMs} from './kit-server.ts';
import {MemoryDisk, sha256Of} from './memory-disk.ts';
import {commanderDrafts, foreignDraft, surroundingsDrafts} from './postgres-drafts.ts';
import {runsNamespace} from './run-records.ts';

export type PlatformOptions = {
  /** Two members; else one. */
  readonly isHighlyAvailable?: boolean;
  /** Commander's own database in `d8-commander`, or `shop/shop-postgres`, which no module owns. */
  readonly owner?: 'commander' | 'nobody';
  /** Of Patroni: 3.0.1 where absent. */
  readonly version?: string;
  readonly usesConfigMaps?: boolean;
  readonly pace?: Partial<MemberPace>;
};

/** Quick enough for a test, slow enough to be seen. */
const testPace: Partial<MemberPace> = {checkpointMs: 20_000, baseBackupBytesPerS: 20_000_000, rowsPerS: 2};
const bringUpMs = 180_000;
/** CRDs that a platform with a database has; making them all takes longer than a run. */
const neededCrds =
  /^(postgresqls\.acid\.zalan\.do|(moduleconfigs|modules|modulereleases|modulesources|moduleupdatepolicies)\.deckhouse\.io)$/;

export const firstContent = (cluster: string): Content => ({
  lsn: 0,
  ledger: [],
  databases: {
    postgres: {},
    [cluster === 'commander-postgres' ? 'commander' : 'shop']: {
      clusters: {rows: 42, bytes: 1_200_000},
      jobs: {rows: 51_200, bytes: 48_000_000},
      users: {rows: 310, bytes: 300_000},
    },
  },
});

export type PlatformParts = {readonly server: ApiServer; readonly state: PostgresState; readonly clock: FakeClock};

const templates = new Map<string, Promise<PlatformParts>>();
/** Of the templates that are up. */
const states = new Map<string, PostgresState>();

/** The same options give the same template: brought up and at rest at `kitStartMs`. Only forks of it are used. */
export function postgresTemplate(options: PlatformOptions = {}): Promise<PlatformParts> {
  const key = JSON.stringify(options);
  const template = templates.get(key) ?? makeTemplate(options);
  templates.set(key, template);
  return template;
}

async function makeTemplate(options: PlatformOptions): Promise<PlatformParts> {
  const {isHighlyAvailable = false, owner = 'commander'} = options;
  const clock = new FakeClock(kitStartMs - bringUpMs);
  const server = createApiServer({clock, random: Math.random});
  const world = new WorldClient(server.port);
  const crds = platformCrds().filter(({metadata}) => neededCrds.test(metadata.name));
  for (const crd of [...crds, runDefinition, approvalDefinition]) await world.create(crd);
  await world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: runsNamespace}});
  const own = owner === 'commander' ? commanderDrafts(isHighlyAvailable) : [foreignDraft(isHighlyAvailable ? 2 : 1)];
  for (const draft of [...surroundingsDrafts(), ...own]) await world.create(draft);
  const platform = new PostgresPlatform(
    {server, clock, state: {disks: {}, members: {}, clusters: {}, writers: {}}},
    options,
    {},
    Math.random,
  );
  await clock.advance(bringUpMs);
  platform.stop();
  if (platform.troubles.length > 0) throw new Error(`the platform did not come up: ${String(platform.troubles[0])}`);
  states.set(JSON.stringify(options), platform.state);
  return {server, state: platform.state, clock};
}

/** A copy of the template on a clock of its own. */
export async function startPostgresPlatform(options: PlatformOptions = {}, faults: PostgresFaults = {}): Promise<PostgresPlatform> {
  const template = await postgresTemplate(options);
  const clock = new FakeClock(kitStartMs);
  const server = template.server.fork({clock, random: countedChance()});
  const platform = new PostgresPlatform({server, clock, state: copyState(template.state)}, options, faults);
  // Controllers that have just started take what they find first for what was there before.
  await clock.advance(1);
  return platform;
}

/** For RunKit: every kit gets a copy; `meet` hears of each, before anything happens on it. */
export function inhabitedBy(
  options: PlatformOptions = {},
  makeFaults: () => PostgresFaults = () => ({}),
  meet: (platform: PostgresPlatform) => void = () => undefined,
) {
  const template = postgresTemplate(options);
  return {
    template: async () => (await template).server,
    inhabit: (server: ApiServer, clock: FakeClock) => {
      const state = states.get(JSON.stringify(options));
      if (state === undefined) throw new Error('the template is not there yet');
      const platform = new PostgresPlatform({server, clock, state: copyState(state)}, options, makeFaults());
      meet(platform);
      return platform;
    },
  };
}

export class PostgresPlatform {
  readonly server: ApiServer;
  readonly clock: FakeClock;
  readonly state: PostgresState;
  /** Changed in place while the world runs. */
  readonly faults: PostgresFaults;
  readonly world: WorldClient;
  readonly log: OperatorLine[] = [];
  /** What the world's controllers stumbled over and tried again. */
  readonly troubles: unknown[] = [];
  /** Pods that no command gets into, though their members live: by name. */
  readonly unreachable = new Set<string>();
  readonly database: {readonly namespace: string; readonly name: string};
  /** The disk of whoever carries the run. */
  readonly files = new MemoryDisk();
  readonly #postgres: PostgresWorld;
  readonly #deployments: {stop(): void};

  constructor({server, clock, state}: PlatformParts, options: PlatformOptions, faults: PostgresFaults = {}, random = countedChance()) {
    const {owner = 'commander', version, usesConfigMaps = false, pace} = options;
    this.server = server;
    this.clock = clock;
    this.state = state;
    this.faults = faults;
    this.world = new WorldClient(server.port);
    this.database =
      owner === 'commander' ? {namespace: 'd8-commander', name: 'commander-postgres'} : {namespace: 'shop', name: 'shop-postgres'};
    const onTrouble = (who: string, error: unknown) => void this.troubles.push(`${who}: ${error instanceof Error ? error.stack : error}`);
    this.#postgres = startPostgresWorld({
      port: server.port,
      clock,
      random,
      state,
      faults,
      pace: {...testPace, ...pace},
      ...(version !== undefined && {version}),
      shape: {usesConfigMaps},
      firstContent,
      keepsAllPods: true,
      log: line => void this.log.push(line),
      onTrouble,
    });
    this.#deployments = startDeploymentKeeper(server.port, clock, onTrouble);
  }

  stop(): void {
    this.#postgres.stop();
    this.#deployments.stop();
  }

  /** Fits EnginePorts.exec; time goes by while a command runs. */
  readonly exec = async (effect: ExecEffect): Promise<CommandResult> => {
    let outcome: CommandResult | undefined;
    let failure: unknown;
    const running = this.#run(effect).then(
      result => {
        outcome = result;
      },
      error => {
        failure = error;
      },
    );
    await settle();
    while (outcome === undefined && failure === undefined) await this.clock.advance(250);
    await running;
    if (outcome === undefined) throw failure;
    return outcome;
  };

  /** With what stands at the ends of the command. */
  async #run(effect: ExecEffect): Promise<CommandResult> {
    const {input, output, ...command} = effect;
    const stdin = input === undefined ? effect.stdin : await this.files.readText(input.path);
    const result = await this.#runAlone({...command, ...(stdin === undefined ? {} : {stdin})});
    if (output === undefined || result.exitCode !== 0) return result;
    if (output.kind === 'file') await this.files.save(output.path, result.stdout);
    else {
      const second = await this.#runAlone({...output, kind: 'exec', stdin: result.stdout});
      if (second.exitCode !== 0) return second;
    }
    const bytes = Buffer.from(result.stdout);
    return {exitCode: 0, stdout: `${bytes.length} ${sha256Of(bytes)}`, stderr: ''};
  }

  async #runAlone({namespace, pod, podUid, command, stdin = ''}: ExecEffect): Promise<CommandResult> {
    if (this.unreachable.has(pod)) return {exitCode: undefined, stdout: '', stderr: ''};
    const live = await this.world.find({apiVersion: 'v1', kind: 'Pod', name: pod, namespace});
    if (live === undefined || live.metadata.uid !== podUid) return {exitCode: 126, stdout: '', stderr: `pods "${pod}" not found`};
    const texts = {stdout: '', stderr: ''};
    const decoders = {stdout: new TextDecoder(), stderr: new TextDecoder()};
    if (command[0] === 'deckhouse-controller') {
      const said = deckhouseController(command.slice(1), this.#postgres.commander.queueLength());
      return {exitCode: said === undefined ? 1 : 0, stdout: said ?? '', stderr: ''};
    }
    const exitCode = await this.#postgres.members.run({
      namespace,
      pod,
      command,
      input: bytesOf(stdin),
      signal: new AbortController().signal,
      async write(stream, bytes) {
        texts[stream] += typeof bytes === 'string' ? bytes : decoders[stream].decode(bytes, {stream: true});
      },
    });
    return {exitCode: exitCode ?? 126, ...texts};
  }

  /** The process and its node are gone without a word. */
  loseMember(ordinal: number): void {
    this.#postgres.members.lose(this.database.namespace, `${this.database.name}-${ordinal}`);
  }

  /** It starts again where it was lost. */
  reviveMember(ordinal: number): void {
    this.#postgres.members.revive(this.database.namespace, `${this.database.name}-${ordinal}`);
  }

  get leader(): string | undefined {
    return this.#cluster?.leader;
  }

  get timeline(): number | undefined {
    return this.leader === undefined ? undefined : this.diskOf(this.leader)?.timeline;
  }

  get #cluster() {
    return this.state.clusters[`${this.database.namespace}/${this.database.name}`];
  }

  /** The disk that a member stands on now. */
  diskOf(member: string): Disk | undefined {
    const {namespace} = this.database;
    const found = Object.values(this.state.members).find(each => each.name === member && each.namespace === namespace);
    return found === undefined ? undefined : this.state.disks[found.volume];
  }

  /** Rows that the writer was told are safe. */
  get acknowledgedRows(): number {
    return countRows(this.#writer.acknowledged);
  }

  /** Of those, the ones that the present leader does not have. */
  get lostRows(): number {
    const held = this.leader === undefined ? [] : (this.diskOf(this.leader)?.content.ledger ?? []);
    return missingRows(this.#writer.acknowledged, held);
  }

  /** Of those, the ones that are on no disk that is left, live or kept, nor in a copy taken before. */
  rowsOnNoCopy(dump: Rows = []): number {
    const held = Object.values(this.state.disks).map(disk => disk.content.ledger);
    return missingRows(this.#writer.acknowledged, joinRows([...held, dump]));
  }

  get #writer() {
    return this.state.writers[`${this.database.namespace}/${this.database.name}`] ?? {next: 1, acknowledged: []};
  }
}

function joinRows(all: readonly Rows[]): Rows {
  const sorted = all.flat().sort(([one], [other]) => one - other);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last === undefined || from > last[1]) joined.push([from, to]);
    else last[1] = Math.max(last[1], to);
  }
  return joined;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield new TextEncoder().encode(text);
}
