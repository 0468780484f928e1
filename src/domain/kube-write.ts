/**
 * A change as data, of the cluster or of a file beside whoever carries it out: what a step wants done before anybody does it. Each carries what makes it safe to
 * send twice: the uid and resourceVersion it was decided on, or a name that does not depend on chance.
 */
import type {Fields} from './fields.ts';
import type {ObjectRef} from './object-ref.ts';

/** A merge patch (RFC 7386) on the object as it was seen; anything that changed since then makes the server refuse it (409). */
export type PatchWrite = {
  readonly kind: 'patch';
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly patch: Fields;
  readonly subresource?: string;
};

/** The whole object anew (PUT), for changes that a merge patch cannot say; `object` holds the uid and resourceVersion it was decided on. */
export type ReplaceWrite = {
  readonly kind: 'replace';
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly object: Fields;
  readonly subresource?: string;
};

/** The name is given, never generated: that it exists already is an answer. */
export type CreateWrite = {
  readonly kind: 'create';
  readonly ref: ObjectRef;
  readonly object: Fields;
  readonly isAside?: true;
};

export type DeleteWrite = {
  readonly kind: 'delete';
  readonly ref: ObjectRef;
  readonly uid: string;
  /** Where set, an object that changed since then stays. */
  readonly resourceVersion?: string;
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  /** A means of the step, and nothing of what it is there for: a run that ends after it has left nothing behind by it. */
  readonly isAside?: true;
};

/** The Eviction API (policy/v1): what a PodDisruptionBudget refuses is asked again later. */
export type EvictWrite = {readonly kind: 'evict'; readonly ref: ObjectRef; readonly uid: string; readonly gracePeriodSeconds?: number};

export type KubeWrite = PatchWrite | ReplaceWrite | CreateWrite | DeleteWrite | EvictWrite;

/** A file on the disk of whoever carries the run. */
export type FilePlace = {readonly kind: 'file'; readonly path: string};

/** The input of another command, in another container. */
export type CommandPlace = {
  readonly kind: 'command';
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  readonly command: readonly string[];
};

/** A fixed command inside a container; an argument list, never a shell string. */
export type ExecEffect = {
  readonly kind: 'exec';
  readonly namespace: string;
  readonly pod: string;
  /** The pod that was meant: another one under its name is refused. */
  readonly podUid: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin?: string;
  /** Read from here, however large it is. */
  readonly input?: FilePlace;
  /** What the command writes goes here instead of into its result, which says how much passed: `BYTES SHA256`. A file comes whole or not at all. */
  readonly output?: FilePlace | CommandPlace;
};

/** A small file beside whoever carries the run, for its owner alone; fields are written as JSON, with the secrets that have places in them. */
export type SaveEffect = {readonly kind: 'save'; readonly path: string; readonly content: string | Fields};

export type Effect = KubeWrite | ExecEffect | SaveEffect;

/**
 * Stands in a write where a secret will stand: it is put in at the moment of sending and never recorded. `secretFrom` is
 * `namespace/name/key` of a Secret; `masked` names a value that was typed at the dashboard and lives in its memory only.
 * `fileFrom` is the path of a file that a SaveEffect wrote, `key` the field that is meant.
 * `as: 'base64'`: the value is put in as its base64; `jsonAs: 'base64'`: only where it is JSON, any other as it is.
 */
export type SecretPlace = (
  | {readonly $secretFrom: string}
  | {readonly $masked: string}
  | {readonly $fileFrom: string; readonly $key: string}
) & {
  readonly $as?: 'base64';
  readonly $jsonAs?: 'base64';
};
