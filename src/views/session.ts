/** What the screens need of the cluster that is open; `cli/` makes one per context and replaces it on a switch. */
import type {Phrase} from '../domain/messages/phrase.ts';
import type {PodStreams} from '../domain/pod-streams.ts';
import type {Resource} from '../domain/resource.ts';
import type {RunDesk} from '../domain/run-desk.ts';
import type {SourceSpec, SourceStatus} from '../domain/source.ts';
import type {SourceLease} from '../store/source-pool.ts';
import type {ViewResource} from './define-view.ts';

export type ClusterFacts = {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  /** Of the kubeconfig's context, or of -n. */
  readonly namespace: string;
  readonly kubernetesVersion?: string;
  readonly deckhouseVersion?: string;
  /** Why nothing may be changed here; undefined where it may. */
  readonly readOnly?: Phrase;
  /** Every change here wants the strongest consent. */
  readonly isProtected: boolean;
};

/** Whether the cluster answers at all; single kinds tell of themselves in their SourceStatus. */
export type Reachability =
  | {readonly kind: 'connecting'}
  | {readonly kind: 'here'}
  | {readonly kind: 'away'; readonly since: number; readonly reason: Phrase}
  /** The kubeconfig leads to no cluster: nobody was asked yet. */
  | {readonly kind: 'no-way'; readonly reason: Phrase}
  | {readonly kind: 'needs-login'; readonly reason: Phrase};

export type OpenSourceStatus = {readonly resource: Resource; readonly status: SourceStatus};

export type Session = {
  facts(): ClusterFacts;
  reachability(): Reachability;
  /** What a credential plugin wrote to stderr, and what became of credentials; newest last. */
  notices(): readonly Phrase[];
  resources(): readonly Resource[];
  /** By plural, singular, kind, short name or `plural.group`, in kubectl's order of preference. */
  find(name: string): Resource | undefined;
  /** The version of a view's kind that it can read best. */
  pick(wanted: ViewResource): Resource | undefined;
  /** Where runs are asked for; undefined until the cluster has said what this user may do with them. */
  desk(): RunDesk | undefined;
  namespaces(): readonly string[];
  /** What runs inside pods; undefined before there is a connection. */
  streams(): PodStreams | undefined;
  /** Looks for new kinds now, where no CRD watch tells of them. */
  refresh(): void;
  acquire<Row>(spec: SourceSpec<Row>): SourceLease<Row>;
  /** Every source that somebody looks at, for the header. */
  openSources(): readonly OpenSourceStatus[];
  /** Runs `listener` when anything above or any row changed; at most ten times a second. */
  subscribe(listener: () => void): () => void;
  /** Runs the credential plugin's login in the foreground; only where `needs-login`. */
  login?(): Promise<void>;
  close(): void;
};

/** A context of the kubeconfig, for the switcher. */
export type ContextChoice = {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
  readonly isCurrent: boolean;
  readonly error?: Phrase;
};
