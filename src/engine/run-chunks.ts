/**
 * The log of a run in ConfigMaps `runlog-<uid>-<n>`: lines of JSON, closed and made immutable when full. A chunk is written
 * before the status that names it, so it may hold more than the status says, never less.
 */
import {type Fields, isFields, readFields} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {type KindRef, type ObjectRef, objectFor} from '../domain/object-ref.ts';
import {apiVersionOf} from '../domain/resource.ts';
import type {Run} from '../domain/run.ts';
import {runKind} from '../domain/run.ts';
import {StatusError} from '../domain/status-error.ts';
import type {KubeClient} from './kube-client.ts';
import type {EnginePorts} from './ports.ts';
import {chainEntries, checkChain, type LogEntry, type LogHead, type NewLogEntry, readLogEntry} from './run-log.ts';
import {StaleRun} from './run-store.ts';

const configMapKind: KindRef = {group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', isNamespaced: true};
/** A chunk beyond this is closed; far below what etcd takes. */
const chunkBytesMax = 262_144;
const conflictsMax = 5;
const entriesKey = 'entries.ndjson';

type Chunk = {
  readonly index: number;
  readonly object: KubeObject | undefined;
  readonly lines: readonly string[];
  /** The last line of all, which for a new chunk stands in the one before. */
  readonly last: string;
};

export class RunChunks {
  readonly #client: KubeClient;
  readonly #digest: EnginePorts['digest'];

  constructor(client: KubeClient, digest: EnginePorts['digest']) {
    this.#client = client;
    this.#digest = digest;
  }

  /** Goes on from what the chunks hold, which may be further than the status knows. */
  async append(run: Run, entries: readonly NewLogEntry[]): Promise<LogHead> {
    for (let attempt = 0; attempt < conflictsMax; attempt += 1) {
      const last = await this.#lastChunk(run);
      const end = endOf(last, run);
      const linked = chainEntries(entries, end, this.#digest);
      const lines = [...last.lines, ...linked.map(entry => JSON.stringify(entry))];
      const head = linked.at(-1);
      try {
        await this.#write(run, last, lines);
        return {chunks: last.index + 1, head: head?.seq ?? end.head, headDigest: head?.hash ?? end.headDigest};
      } catch (error) {
        if (!(error instanceof StatusError) || error.status.code !== 409) throw error;
      }
    }
    throw new StaleRun(run.meta);
  }

  async read(run: Run): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = [];
    for (let index = 0; ; index += 1) {
      const object = await this.#client.get(runConfigMap(run, chunkName(run, index)).ref);
      if (object === undefined) break;
      entries.push(...linesOf(object).flatMap(line => readLogEntry(parseFields(line)) ?? []));
    }
    checkChain(entries, this.#digest);
    return entries;
  }

  async #lastChunk(run: Run): Promise<Chunk> {
    let last = '';
    for (let index = Math.max(0, run.status.log.chunks - 1); ; index += 1) {
      const object = await this.#client.get(runConfigMap(run, chunkName(run, index)).ref);
      const lines = object === undefined ? [] : linesOf(object);
      last = lines.at(-1) ?? last;
      if (object?.immutable !== true) return {index, object, lines, last};
    }
  }

  async #write(run: Run, {index, object}: Chunk, lines: readonly string[]): Promise<void> {
    const text = `${lines.join('\n')}\n`;
    const {ref, object: head} = runConfigMap(run, chunkName(run, index));
    const body = {...head, data: {[entriesKey]: text}, ...(text.length > chunkBytesMax ? {immutable: true} : {})};
    if (object === undefined) await this.#client.create(ref, objectFor(ref, body));
    else {
      const {uid, resourceVersion} = object.metadata;
      await this.#client.replace(ref, objectFor(ref, {...body, metadata: {...readFields(body, 'metadata'), uid, resourceVersion}}));
    }
  }
}

function chunkName({meta}: Run, index: number): string {
  return `runlog-${meta.uid}-${index}`;
}

/** Where the chain ends; before the first line it is where the status says. */
function endOf({last: line}: Chunk, {status}: Run): Pick<LogHead, 'head' | 'headDigest'> {
  const last = readLogEntry(parseFields(line));
  return last === undefined ? status.log : {head: last.seq, headDigest: last.hash};
}

function linesOf({data}: KubeObject): readonly string[] {
  const text = isFields(data) ? data[entriesKey] : undefined;
  return typeof text === 'string' ? text.split('\n').filter(line => line !== '') : [];
}

/** A ConfigMap beside the run, owned by it: it goes when the run goes. */
export function runConfigMap({meta}: Run, name: string): {readonly ref: ObjectRef; readonly object: Fields} {
  const owner = {apiVersion: apiVersionOf(runKind), kind: runKind.kind, name: meta.name, uid: meta.uid};
  return {
    ref: {kind: configMapKind, namespace: meta.namespace, name},
    object: {metadata: {labels: {'deckhand.dev/run-uid': meta.uid}, ownerReferences: [owner]}},
  };
}

/** That it is there already is as good: the name follows from the content. */
export async function createOnce(client: KubeClient, ref: ObjectRef, object: Fields): Promise<void> {
  try {
    await client.create(ref, objectFor(ref, object));
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
  }
}

export function parseFields(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
