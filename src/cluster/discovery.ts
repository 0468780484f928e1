/**
 * Knows what kinds a cluster serves, and goes on knowing: a watch of the CRDs, or where that is not allowed a look every
 * five minutes, tells when kinds come and go. It never pretends that old knowledge is new.
 */
import type {Clock, Timer} from '../domain/clock.ts';
import type {KubePort} from '../domain/kube-port.ts';
import type {Phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import type {OpenSource, SourceHandle, SourceSpec, SourceStatus} from '../domain/source.ts';
import {KindCatalog, type WantedKind} from './discovery-catalog.ts';
import {
  type DiscoveryFailure,
  emptySurvey,
  failuresOf,
  groupVersionsOf,
  rootFailureOf,
  type Survey,
  takeSurvey,
} from './discovery-survey.ts';

export type DiscoveryStatus = {
  /** 'stale': the last reading failed, or nobody would tell us of a change just now. */
  readonly state: 'reading' | 'current' | 'stale';
  /** Wall-clock milliseconds of the last reading that answered. */
  readonly readAt?: number;
  readonly reason?: Phrase;
  /** Groups that do not answer; what was known of them stays known. */
  readonly failures: readonly DiscoveryFailure[];
};

export type Discovery = {
  /** By plural, short name, singular or kind, alone or with `.group` or `.version.group`. */
  find(name: string): Resource | undefined;
  pick(wanted: WantedKind): Resource | undefined;
  /** Every served version, the preferred one first. */
  versionsOf(wanted: Pick<WantedKind, 'group' | 'plural'>): readonly Resource[];
  /** Every kind that can be listed, in its preferred version, in the server's order. */
  resources(): readonly Resource[];
  /** `v1.32.4`; undefined until it is known. */
  serverVersion(): string | undefined;
  status(): DiscoveryStatus;
  /** Settles when a reading that began after the call has ended, well or not. */
  refresh(): Promise<void>;
  /** Calls `run` after every change of the kinds or of the status; returns the way to unsubscribe. */
  subscribe(run: () => void): () => void;
  stop(): void;
};

export type DiscoveryParts = {readonly port: KubePort; readonly clock: Clock; readonly openSource: OpenSource};

const pollEveryMs = 300_000;
/** Discovery follows a CRD by some seconds, and its metadata do not tell when it is served: look soon, and again. */
const soonMs = 500;
const laterMs = [3_000, 10_000];
const retryMsFirst = 5_000;
/** As long as nothing at all can be read; a single group that is away may be away for days. */
const retryMsMaxOfAll = 30_000;

const crdSpec: SourceSpec<null> = {
  resource: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    plural: 'customresourcedefinitions',
    singular: 'customresourcedefinition',
    kind: 'CustomResourceDefinition',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    isNamespaced: false,
    verbs: ['list', 'watch'],
  },
  // The lightest form that every server offers: names and dates instead of schemas.
  form: 'table',
  projection: {name: 'discovery', project: () => null},
  rowsMax: 20_000,
};

export function createDiscovery(parts: DiscoveryParts): Discovery {
  return new LiveDiscovery(parts);
}

class LiveDiscovery implements Discovery {
  readonly #port: KubePort;
  readonly #clock: Clock;
  readonly #subscribers = new Set<() => void>();
  readonly #crds: SourceHandle;
  #crdStatus: SourceStatus = {state: 'syncing', restarts: 0};
  #survey: Survey = emptySurvey;
  #catalog = new KindCatalog([]);
  #readAt: number | undefined;
  #soon: Timer | undefined;
  #later: readonly Timer[] = [];
  #poll: Timer | undefined;
  #retryMs = retryMsFirst;
  #reading: Promise<void> | undefined;
  #nextReading: Promise<void> | undefined;
  #isStopped = false;

  constructor({port, clock, openSource}: DiscoveryParts) {
    this.#port = port;
    this.#clock = clock;
    void this.refresh();
    this.#crds = openSource(crdSpec, {
      columns: () => {},
      changes: () => this.#onCrdsChanged(),
      status: status => this.#onCrdStatus(status),
    });
  }

  find(name: string): Resource | undefined {
    return this.#catalog.find(name);
  }

  pick(wanted: WantedKind): Resource | undefined {
    return this.#catalog.pick(wanted);
  }

  versionsOf(wanted: Pick<WantedKind, 'group' | 'plural'>): readonly Resource[] {
    return this.#catalog.versionsOf(wanted);
  }

  resources(): readonly Resource[] {
    return this.#catalog.listable();
  }

  serverVersion(): string | undefined {
    return this.#survey.serverVersion;
  }

  status(): DiscoveryStatus {
    const failures = failuresOf(this.#survey);
    const readAt = this.#readAt === undefined ? {} : {readAt: this.#readAt};
    const whole = rootFailureOf(this.#survey);
    const {state, reason} = this.#crdStatus;
    if (whole !== undefined) return {state: 'stale', ...readAt, reason: whole.reason, failures};
    if (this.#readAt === undefined) return {state: 'reading', failures};
    if (state === 'stale') return {state, ...readAt, ...(reason === undefined ? {} : {reason}), failures};
    return {state: 'current', ...readAt, failures};
  }

  refresh(): Promise<void> {
    if (this.#nextReading !== undefined) return this.#nextReading;
    if (this.#reading === undefined) {
      this.#reading = this.#read();
      return this.#reading;
    }
    this.#nextReading = this.#reading.then(() => {
      this.#nextReading = undefined;
      this.#reading = this.#read();
      return this.#reading;
    });
    return this.#nextReading;
  }

  subscribe(run: () => void): () => void {
    this.#subscribers.add(run);
    return () => void this.#subscribers.delete(run);
  }

  stop(): void {
    this.#isStopped = true;
    this.#crds.stop();
    this.#poll?.cancel();
    for (const look of [this.#soon, ...this.#later]) look?.cancel();
    this.#subscribers.clear();
  }

  async #read(): Promise<void> {
    const survey = await takeSurvey(this.#port, this.#survey);
    this.#reading = undefined;
    if (this.#isStopped) return;
    this.#survey = survey;
    if (rootFailureOf(survey) === undefined) this.#readAt = this.#clock.now();
    this.#catalog = new KindCatalog(groupVersionsOf(survey));
    this.#plan();
    for (const run of [...this.#subscribers]) run();
  }

  /** The next look that nobody asks for: soon after a failure, every five minutes where the CRDs cannot be watched, else none. */
  #plan(): void {
    this.#poll?.cancel();
    this.#poll = undefined;
    const hasFailed = failuresOf(this.#survey).length > 0;
    const isBlind = this.#crdStatus.state === 'forbidden' || this.#crdStatus.state === 'absent';
    const retryMs = Math.min(this.#retryMs, rootFailureOf(this.#survey) === undefined ? pollEveryMs : retryMsMaxOfAll);
    this.#retryMs = hasFailed ? retryMs * 2 : retryMsFirst;
    const delayMs = hasFailed ? retryMs : pollEveryMs;
    if (hasFailed || isBlind) this.#poll = this.#clock.setTimer(delayMs, () => void this.refresh());
  }

  #onCrdsChanged(): void {
    // The first listing only says what the first reading says too; one look follows when the watch is live.
    if (this.#crdStatus.state === 'syncing') return;
    this.#lookSoon();
    for (const look of this.#later) look.cancel();
    this.#later = laterMs.map(delayMs => this.#clock.setTimer(delayMs, () => void this.refresh()));
  }

  #onCrdStatus(status: SourceStatus): void {
    const before = this.#crdStatus.state;
    this.#crdStatus = status;
    if (status.state === before) return;
    // The server has answered, be it with a refusal: what it serves can be read as well, and from then on every five minutes.
    if (status.state !== 'syncing' && status.state !== 'stale') this.#lookSoon();
    for (const run of [...this.#subscribers]) run();
  }

  /** Not put off by further changes: a stream of them still leads to a look twice a second. */
  #lookSoon(): void {
    this.#soon ??= this.#clock.setTimer(soonMs, () => {
      this.#soon = undefined;
      void this.refresh();
    });
  }
}
