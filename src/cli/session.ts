/** One cluster as the screens see it: connected in the background, told of as it is, kept until it is closed. */
import process from 'node:process';
import type {CredentialNotice} from '../cluster/credential-source.ts';
import {KubeconfigError} from '../cluster/kubeconfig-error.ts';
import type {LivenessMember} from '../cluster/liveness.ts';
import type {Clock, Random, Timer} from '../domain/clock.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {PodStreams} from '../domain/pod-streams.ts';
import type {Resource} from '../domain/resource.ts';
import type {RunDesk} from '../domain/run-desk.ts';
import type {SourceSpec, SourceStatus} from '../domain/source.ts';
import type {SourceLease} from '../store/source-pool.ts';
import type {ViewResource} from '../views/define-view.ts';
import type {ClusterFacts, OpenSourceStatus, Reachability, Session} from '../views/session.ts';
import {type ClusterParts, openCluster} from './cluster-parts.ts';
import type {ContextAccess} from './context-access.ts';
import type {ContextList} from './context-list.ts';
import {readDeckhouseVersion} from './deckhouse-version.ts';
import {LazyDesk} from './desk/lazy-desk.ts';
import {AuditFile} from './journal/audit.ts';
import {version} from './version.ts';

/** A kubeconfig that cannot be used is read again this often: the user may be mending it. */
const rereadMs = 5_000;
/** Of runs, their approvals, leases and logs. */
const runsNamespace = 'deckhand';
const noticesMax = 20;

export type SessionOptions = {
  readonly contexts: ContextList;
  readonly context: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  log(text: string): void;
  /** Reads each source once and watches nothing. */
  readonly isOneShot?: boolean;
  access(context: string): ContextAccess;
};

export class ClusterSession implements Session {
  readonly #options: SessionOptions;
  readonly #listeners = new Set<() => void>();
  readonly #desk = new LazyDesk(() => this.#tell());
  readonly #open = new Map<string, {readonly resource: Resource; leases: number; status(): SourceStatus}>();
  #parts: ClusterParts | undefined;
  #retry: Timer | undefined;
  #away: {readonly since: number; readonly reason: Phrase} | undefined;
  /** Why the kubeconfig leads nowhere. */
  #noWay: Phrase | undefined;
  #loginNeeded: Phrase | undefined;
  #notices: readonly Phrase[] = [];
  #namespaces: SourceLease<null> | undefined;
  #deckhouseVersion: string | undefined;
  #isVersionAsked = false;
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    void this.#connect();
  }

  facts(): ClusterFacts {
    const connection = this.#parts?.connection;
    const {contexts, context} = this.#options;
    const choice = contexts.choices.find(each => (context === undefined ? each.isCurrent : each.name === context));
    const kubernetes = this.#parts?.discovery.serverVersion();
    const name = connection?.context ?? context ?? choice?.name ?? '';
    const {readOnly, isProtected} = this.#options.access(name);
    return {
      context: name,
      cluster: connection?.clusterName ?? choice?.cluster ?? '',
      user: connection?.userName ?? choice?.user ?? '',
      namespace: connection?.namespace || choice?.namespace || 'default',
      ...(kubernetes === undefined ? {} : {kubernetesVersion: kubernetes.replace(/^v/, '')}),
      ...(this.#deckhouseVersion === undefined ? {} : {deckhouseVersion: this.#deckhouseVersion}),
      ...(readOnly === undefined ? {} : {readOnly}),
      isProtected,
    };
  }

  reachability(): Reachability {
    if (this.#loginNeeded !== undefined) return {kind: 'needs-login', reason: this.#loginNeeded};
    if (this.#noWay !== undefined) return {kind: 'no-way', reason: this.#noWay};
    if (this.#away !== undefined) return {kind: 'away', since: this.#lastSignOfLife() ?? this.#away.since, reason: this.#away.reason};
    const status = this.#parts?.discovery.status();
    if (status === undefined || (status.state === 'reading' && status.failures.length === 0)) return {kind: 'connecting'};
    if (status.readAt === undefined)
      return {kind: 'away', since: this.#options.clock.now(), reason: status.reason ?? phrase('source.noAnswer')};
    return {kind: 'here'};
  }

  desk(): RunDesk | undefined {
    return this.#desk.desk;
  }

  notices(): readonly Phrase[] {
    return this.#notices;
  }

  resources(): readonly Resource[] {
    return this.#parts?.discovery.resources() ?? [];
  }

  find(name: string): Resource | undefined {
    return this.#parts?.discovery.find(name);
  }

  pick(wanted: ViewResource): Resource | undefined {
    return this.#parts?.discovery.pick(wanted);
  }

  /** Watched from the first question on: what `:` completes. */
  namespaces(): readonly string[] {
    const names = new Set([this.facts().namespace]);
    this.#namespaces ??= this.#watchNamespaces();
    for (const entry of this.#namespaces?.collection.entries() ?? []) names.add(entry.name);
    return [...names].sort();
  }

  streams(): PodStreams | undefined {
    return this.#parts?.connection.streams;
  }

  refresh(): void {
    void this.#parts?.discovery.refresh();
  }

  acquire<Row>(spec: SourceSpec<Row>): SourceLease<Row> {
    if (this.#parts === undefined) throw new Error('a source was opened before the cluster told what it serves');
    const lease = this.#parts.pool.acquire(spec);
    const open = this.#open.get(lease.key) ?? {resource: spec.resource, leases: 0, status: lease.status};
    open.leases += 1;
    this.#open.set(lease.key, open);
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      open.leases -= 1;
      if (open.leases === 0) this.#open.delete(lease.key);
      lease.release();
    };
    return {...lease, release};
  }

  openSources(): readonly OpenSourceStatus[] {
    return [...this.#open.values()].map(({resource, status}) => ({resource, status: status()}));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async login(): Promise<void> {
    await this.#parts?.connection.login?.();
    this.#loginNeeded = undefined;
    await this.#parts?.discovery.refresh();
  }

  close(): void {
    this.#isClosed = true;
    void this.#desk.close(0);
    this.#retry?.cancel();
    this.#listeners.clear();
    this.#parts?.stop();
  }

  /** Resolves once the first question to the cluster was answered, well or not. */
  settled(): Promise<void> {
    return this.until(() => this.reachability().kind !== 'connecting');
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const check = (): void => {
        if (!condition()) return;
        this.#listeners.delete(check);
        resolve();
      };
      this.#listeners.add(check);
      check();
    });
  }

  async #connect(): Promise<void> {
    const {contexts, context, clock, random, access, isOneShot = false} = this.#options;
    try {
      const settings = await contexts.read();
      if (this.#isClosed) return;
      this.#parts = openCluster(settings, context, {
        clock,
        random,
        isOneShot,
        env: process.env,
        version,
        isReadOnly: access(context ?? settings.currentContext).readOnly !== undefined,
        onCredentialNotice: notice => this.#note(notice),
        pulse: this.#pulse(),
        onChange: () => this.#onChange(),
      });
      this.#noWay = undefined;
    } catch (error) {
      this.#noWay =
        error instanceof KubeconfigError ? error.phrase : phrase('text', error instanceof Error ? error.message : String(error));
      if (!(error instanceof KubeconfigError)) this.#options.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#retry = clock.setTimer(rereadMs, () => void this.#connect());
    }
    this.#tell();
  }

  #pulse(): LivenessMember {
    const back = (): void => {
      const wasAway = this.#away !== undefined;
      this.#away = undefined;
      if (wasAway) this.#tell();
    };
    return {alive: back, recovered: back, failing: reason => this.#goAway(reason)};
  }

  /** What is seen is as old as this, which is before the outage was noticed. */
  #lastSignOfLife(): number | undefined {
    const signs = this.openSources().flatMap(({status}) => status.lastByteAt ?? []);
    return signs.length === 0 ? undefined : Math.max(...signs);
  }

  #goAway(reason: Phrase): void {
    this.#away = {since: this.#away?.since ?? this.#options.clock.now(), reason};
    this.#tell();
  }

  #note(notice: CredentialNotice): void {
    if (notice.kind === 'loginNeeded') this.#loginNeeded = notice.phrase;
    else this.#notices = [...this.#notices, notice.kind === 'stderr' ? phrase('text', notice.line) : notice.phrase].slice(-noticesMax);
    this.#tell();
  }

  #onChange(): void {
    const {isOneShot = false} = this.#options;
    const parts = this.#parts;
    if (!this.#isVersionAsked && !isOneShot && parts?.discovery.status().readAt !== undefined) {
      this.#isVersionAsked = true;
      const resource = parts.discovery.pick({group: 'deckhouse.io', plural: 'deckhousereleases'});
      void readDeckhouseVersion(parts.connection.port, resource).then(found => {
        this.#deckhouseVersion = found;
        this.#tell();
      });
    }
    if (!isOneShot && parts?.discovery.status().readAt !== undefined) this.#openDesk(parts);
    this.#tell();
  }

  #openDesk({connection, open}: ClusterParts): void {
    const {clock, random, access, log, context} = this.#options;
    this.#desk.open({
      port: connection.port,
      streams: connection.streams,
      open,
      clock,
      random,
      log: (level, message, fields = {}) => log(`${level}: ${message} ${JSON.stringify(fields)}`),
      runsNamespace,
      serverUrl: connection.serverUrl,
      isReadOnly: access(context ?? connection.context).readOnly !== undefined,
      context: connection.context,
      audit: new AuditFile(),
      takesUp: true,
      forgetsSteps: true,
    });
  }

  #watchNamespaces(): SourceLease<null> | undefined {
    const resource = this.pick({group: '', plural: 'namespaces', versions: ['v1']});
    return (
      resource && this.#parts?.pool.acquire({resource, form: 'table', projection: {name: 'names', project: () => null}, rowsMax: 20_000})
    );
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
