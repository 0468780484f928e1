/** The log of a run: entries that each carry the hash of the one before, so that a change of the past shows. */
import {canonicalJson} from '../domain/canonical-json.ts';
import {type Fields, isFields, readNumber, readString} from '../domain/fields.ts';
import type {EnginePorts} from './ports.ts';
import {BrokenLog} from './run-store.ts';

export type LogKind =
  | 'taken-over'
  | 'planned'
  | 'gate-opened'
  | 'gate-passed'
  | 'gate-rejected'
  | 'approval-refused'
  | 'intent'
  | 'effect'
  | 'outcome'
  | 'decision'
  | 'paused'
  | 'resumed'
  | 'undo'
  | 'finished';

export type NewLogEntry = {
  /** RFC 3339. */
  readonly at: string;
  /** The engine instance. */
  readonly by: string;
  readonly epoch: number;
  readonly kind: LogKind;
  /** '' where it is about the whole run. */
  readonly step: string;
  readonly text: string;
  /** Facts, writes, what stood there before; no secret. */
  readonly data?: Fields;
};

export type LogEntry = NewLogEntry & {readonly seq: number; readonly previous: string; readonly hash: string};

export type LogHead = {readonly chunks: number; readonly head: number; readonly headDigest: string};

export function chainEntries(
  entries: readonly NewLogEntry[],
  after: Pick<LogHead, 'head' | 'headDigest'>,
  digest: EnginePorts['digest'],
): readonly LogEntry[] {
  let {head, headDigest} = after;
  return entries.map(entry => {
    const linked = {...entry, seq: head + 1, previous: headDigest};
    const hash = digest(canonicalJson(linked));
    [head, headDigest] = [linked.seq, hash];
    return {...linked, hash};
  });
}

/** Throws BrokenLog at the first entry that does not follow. */
export function checkChain(
  entries: readonly LogEntry[],
  digest: EnginePorts['digest'],
  after: Pick<LogHead, 'head' | 'headDigest'> = {head: 0, headDigest: ''},
): void {
  let {head, headDigest} = after;
  for (const {hash, ...entry} of entries) {
    if (entry.seq !== head + 1 || entry.previous !== headDigest || digest(canonicalJson(entry)) !== hash)
      throw new BrokenLog(head + 1, entries);
    [head, headDigest] = [entry.seq, hash];
  }
}

const kinds: readonly LogKind[] = [
  'taken-over',
  'planned',
  'gate-opened',
  'gate-passed',
  'gate-rejected',
  'approval-refused',
  'intent',
  'effect',
  'outcome',
  'decision',
  'paused',
  'resumed',
  'undo',
  'finished',
];

/** undefined where the line is none of ours. */
export function readLogEntry(line: unknown): LogEntry | undefined {
  if (!isFields(line)) return undefined;
  const kind = kinds.find(each => each === line.kind);
  if (kind === undefined) return undefined;
  return {
    at: readString(line, 'at') ?? '',
    by: readString(line, 'by') ?? '',
    epoch: readNumber(line, 'epoch') ?? 0,
    kind,
    step: readString(line, 'step') ?? '',
    text: readString(line, 'text') ?? '',
    ...(isFields(line.data) ? {data: line.data} : {}),
    seq: readNumber(line, 'seq') ?? 0,
    previous: readString(line, 'previous') ?? '',
    hash: readString(line, 'hash') ?? '',
  };
}
