/** `deckhand --controller`: the engine without a screen, in a pod or beside a kubeconfig, until it is told to stop. */
import {hostname} from 'node:os';
import process from 'node:process';
import {type ClusterConnection, connect} from '../cluster/connect.ts';
import {createLiveness} from '../cluster/liveness.ts';
import {createSourceOpener} from '../cluster/open-source.ts';
import type {Log} from '../domain/log.ts';
import {sayInEnglish} from '../domain/messages/phrase.ts';
import {defaultDriveSettings} from '../engine/drive-parts.ts';
import {Engine} from '../engine/engine.ts';
import {EventRecorder} from '../engine/event-recorder.ts';
import {createGatekeeper} from '../engine/gatekeeper.ts';
import {sweep} from '../engine/housekeeping.ts';
import {createLeaseFeed} from '../engine/lease-feed.ts';
import {createWitness} from '../engine/run-witness.ts';
import {createTargetLeases} from '../engine/target-lease.ts';
import {findRunbook} from '../runbooks/catalog.ts';
import {ContextList} from './context-list.ts';
import {isBoundToMachine} from './controller/bound-to-machine.ts';
import {type CountedStreams, countStreams} from './controller/counted-streams.ts';
import {createJsonLog} from './controller/json-log.ts';
import {type Leader, startLeader} from './controller/leader.ts';
import {watchLoop} from './controller/loop-watch.ts';
import {measuredPort} from './controller/measured-port.ts';
import {type MeasuredSources, measureSources} from './controller/measured-sources.ts';
import {serveProbes} from './controller/probe-server.ts';
import {createPrometheusMeter, type PrometheusMeter} from './controller/prometheus-meter.ts';
import {readSelf} from './controller/read-self.ts';
import type {ControllerFlags} from './controller-flags.ts';
import {makeEngineParts} from './desk/engine-parts.ts';
import {connectionFlags} from './flags.ts';
import {keepMemorySmall} from './memory-thrift.ts';
import {systemClock} from './system-clock.ts';
import {version} from './version.ts';

const clock = systemClock;
const random = Math.random;
const leaderLease = 'deckhand-leader';
const lagMsMax = 5_000;
const stalledMsMax = 600_000;
/** Of which the runs have most: they are to reach a safe point. The pod has 45 s. */
const graceMs = 30_000;
const eventsGraceMs = 2_000;

/** 0 stopped in good order, 1 not. Throws KubeconfigError, and where the address cannot be had. */
export async function runController(flags: ControllerFlags): Promise<number> {
  keepMemorySmall(clock);
  const log = createJsonLog(flags.logLevel);
  const meter = createPrometheusMeter();
  const contexts = new ContextList(async () => connectionFlags(flags));
  const connection = connect(await contexts.read(), undefined, {
    clock,
    env: process.env,
    version,
    isReadOnly: false,
    onCredentialNotice: notice =>
      log('warn', 'credentials', {notice: notice.kind === 'stderr' ? notice.line : sayInEnglish(notice.phrase)}),
  });
  const stop = stopSignals(log);
  const loop = watchLoop(clock);
  const replica = new Replica(flags, connection, meter, log);
  const probes = await serveProbes(flags.listen, {
    unhealthy: () => [
      ...(loop.lagMs() > lagMsMax ? [`the event loop has not come round for ${Math.round(loop.lagMs() / 1000)} s`] : []),
      ...(replica.stalledMs > stalledMsMax ? [`no run has moved for ${Math.round(replica.stalledMs / 1000)} s`] : []),
    ],
    unready: () => [...(stop.isAsked() ? ['stopping'] : []), ...replica.troubles()],
    metrics: {
      contentType: meter.contentType,
      text: () => {
        replica.measure();
        return meter.text();
      },
    },
  });
  const {host, port} = probes.address;
  log('info', 'started', {version, server: connection.serverUrl, listen: `${host}:${port}`, runbooks: flags.runbooks.join(',')});
  const started = replica.start(stop.asked);
  await stop.asked;
  const isInOrder = await Promise.race([started.then(() => replica.stop()), stop.askedAgain.then(() => false)]);
  await probes.close();
  loop.stop();
  await connection.close();
  log('info', 'stopped', {isInOrder});
  return isInOrder ? 0 : 1;
}

/** The engine and its duties as the leader, once the API server has said who we are. */
class Replica {
  readonly #flags: ControllerFlags;
  readonly #connection: ClusterConnection;
  readonly #meter: PrometheusMeter;
  readonly #log: Log;
  #sources: MeasuredSources | undefined;
  #engine: Engine | undefined;
  #events: EventRecorder | undefined;
  #leader: Leader | undefined;
  #commands: CountedStreams | undefined;

  constructor(flags: ControllerFlags, connection: ClusterConnection, meter: PrometheusMeter, log: Log) {
    this.#flags = flags;
    this.#connection = connection;
    this.#meter = meter;
    this.#log = log;
  }

  get stalledMs(): number {
    return (this.#commands?.running() ?? 0) > 0 ? 0 : (this.#engine?.stalledMs ?? 0);
  }

  troubles(): readonly string[] {
    if (this.#sources === undefined) return ['the API server has not said who we are'];
    const troubles = this.#sources.troubles();
    return troubles.length > 0 || this.#engine?.isSynced === true ? troubles : ['the runs have not been read'];
  }

  measure(): void {
    this.#sources?.measure();
  }

  /** Resolves when the engine runs, or when it is to stop before that. */
  async start(stopping: Promise<void>): Promise<void> {
    const {runsNamespace: namespace, runbooks: groups, trustRequesters, leases: leaseSettings} = this.#flags;
    const [meter, log] = [this.#meter, this.#log];
    const kube = measuredPort(this.#connection.port, new URL(this.#connection.serverUrl).host, clock, meter);
    const self = await readSelf(kube, clock, log, stopping);
    if (self === undefined) return;
    const opener = createSourceOpener({port: kube, clock, random, liveness: createLiveness({port: kube, clock})});
    this.#sources = measureSources(opener, clock, meter);
    const {open} = this.#sources;
    this.#commands = countStreams(this.#connection.streams);
    const parts = makeEngineParts({port: kube, streams: this.#commands.streams, clock, random});
    const {ports, store} = parts;
    const events = new EventRecorder({port: kube, clock, random, log, component: 'deckhand'});
    const leaseFeed = createLeaseFeed(open);
    const owner = process.env.POD_NAME ?? hostname();
    const engine = new Engine({
      ...parts,
      findRunbook,
      engineVersion: version,
      gatekeeper: createGatekeeper({ports, isTrusting: trustRequesters, self, recordsIn: namespace}),
      targets: createTargetLeases({ports, store, namespace}),
      settings: defaultDriveSettings,
      witness: createWitness({clock, meter, record: note => events.record(note)}),
      log,
      meter,
      open,
      leaseFeed,
      leaseSettings,
      namespace,
      forgetsSteps: true,
      owner,
      workers: 1,
      mayCarry: ({spec}) => {
        const group = findRunbook(spec.runbook.name)?.group;
        return !isBoundToMachine(spec) && (group === undefined || groups.includes(group));
      },
    });
    this.#engine = engine;
    this.#events = events;
    await engine.start();
    this.#leader = startLeader({
      port: kube,
      feed: leaseFeed,
      clock,
      random,
      log,
      meter,
      namespace,
      name: leaderLease,
      owner,
      settings: leaseSettings,
      sweep: async () => {
        if (engine.isSynced) await sweep({ports, namespace, log}, engine.runs);
      },
    });
  }

  /** false where work did not end in time: its leases are left to run out. */
  async stop(): Promise<boolean> {
    const outcome = await this.#engine?.stop(graceMs);
    await this.#leader?.stop();
    await this.#events?.stop(eventsGraceMs);
    return outcome?.kind !== 'abandoned';
  }
}

type StopSignals = {readonly asked: Promise<void>; readonly askedAgain: Promise<void>; isAsked(): boolean};

/** The second signal means it. */
function stopSignals(log: Log): StopSignals {
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let count = 0;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      count += 1;
      log('info', 'told to stop', {signal, count});
      (count === 1 ? first : second).resolve();
    });
  }
  return {asked: first.promise, askedAgain: second.promise, isAsked: () => count > 0};
}
