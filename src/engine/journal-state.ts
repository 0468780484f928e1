/** What the lines of a journal add up to: the records of runs as they stand after the last one. */
import {type Fields, isFields, readFields, readItems, readString, readStrings} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {NumberedLine} from './journal-lines.ts';
import {type LogEntry, readLogEntry} from './run-log.ts';

/** In place of a namespace, which no namespace can be called. */
export const journalNamespace = '(journal)';

export type JournalEntry =
  /** The first line of each file. */
  | {readonly kind: 'opened'; readonly cluster: string; readonly follows?: string}
  | {readonly kind: 'run'; readonly uid: string; readonly name: string; readonly spec: Fields}
  | {readonly kind: 'status'; readonly uid: string; readonly status: Fields}
  | {readonly kind: 'control'; readonly uid: string; readonly control: Fields}
  | {readonly kind: 'finalizers'; readonly uid: string; readonly finalizers: readonly string[]}
  /** Asked for; it goes with its last finalizer. */
  | {readonly kind: 'deletion'; readonly uid: string}
  | {readonly kind: 'plan'; readonly uid: string; readonly ref: string; readonly plan: Fields}
  | {readonly kind: 'log'; readonly uid: string; readonly entries: readonly LogEntry[]}
  | {readonly kind: 'approval'; readonly uid: string; readonly name: string; readonly spec: Fields};

export type JournalRecord = {
  readonly object: KubeObject;
  readonly plans: ReadonlyMap<string, Fields>;
  readonly log: readonly LogEntry[];
  readonly approvals: readonly KubeObject[];
};

export class JournalState {
  readonly #records = new Map<string, JournalRecord>();

  /** In the order in which they were made. */
  get records(): readonly JournalRecord[] {
    return [...this.#records.values()];
  }

  byUid(uid: string): JournalRecord | undefined {
    return this.#records.get(uid);
  }

  byName(name: string): JournalRecord | undefined {
    return this.records.find(({object}) => object.metadata.name === name);
  }

  /** Returns the name of the run that it is about. Throws where the line makes no sense after those before it. */
  apply({number, fields}: NumberedLine): string {
    const kind = readString(fields, 'kind') ?? '';
    if (kind === 'opened') return '';
    const uid = readString(fields, 'uid') ?? '';
    const at = readString(fields, 'at') ?? '';
    if (kind === 'run') return this.#create(fields, {uid, at, number});
    const record = this.#records.get(uid);
    if (record === undefined) throw new Error(`it is about the run ${uid}, which the journal does not have`);
    const {object} = record;
    const version = String(number);
    switch (kind) {
      case 'status':
        this.#set(record, {...object, status: readFields(fields, 'status')}, version);
        break;
      case 'control':
        this.#set(record, withControl(object, readFields(fields, 'control')), version);
        break;
      case 'finalizers':
        this.#set(record, withMeta(object, {finalizers: readStrings(fields, 'finalizers')}), version);
        break;
      case 'deletion':
        this.#set(record, withMeta(object, {deletionTimestamp: at, generation: (object.metadata.generation ?? 1) + 1}), version);
        break;
      case 'plan':
        this.#records.set(uid, {
          ...record,
          plans: new Map([...record.plans, [readString(fields, 'ref') ?? '', readFields(fields, 'plan')]]),
        });
        break;
      case 'log':
        this.#records.set(uid, {
          ...record,
          log: record.log.concat(readItems(fields, 'entries', readLogEntry).flatMap(entry => entry ?? [])),
        });
        break;
      case 'approval':
        this.#records.set(uid, {...record, approvals: [...record.approvals, approvalOf(fields, at, number)]});
        break;
      default:
        throw new Error(`what it says (${kind}) is unknown to this deckhand: a newer one wrote it`);
    }
    return object.metadata.name;
  }

  #create(fields: Fields, {uid, at, number}: {readonly uid: string; readonly at: string; readonly number: number}): string {
    const name = readString(fields, 'name') ?? '';
    if (this.#records.has(uid)) throw new Error(`it makes the run ${uid} a second time`);
    const metadata = {
      name,
      namespace: journalNamespace,
      uid,
      resourceVersion: String(number),
      generation: 1,
      creationTimestamp: at,
      finalizers: [],
    };
    this.#records.set(uid, {object: {metadata, spec: readFields(fields, 'spec')}, plans: new Map(), log: [], approvals: []});
    return name;
  }

  #set(record: JournalRecord, object: KubeObject, resourceVersion: string): void {
    const {metadata} = object;
    if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0) this.#records.delete(metadata.uid);
    else this.#records.set(metadata.uid, {...record, object: withMeta(object, {resourceVersion})});
  }
}

function withMeta(object: KubeObject, change: Partial<KubeObject['metadata']>): KubeObject {
  return {...object, metadata: {...object.metadata, ...change}};
}

function withControl(object: KubeObject, control: Fields): KubeObject {
  const spec = isFields(object.spec) ? object.spec : {};
  return withMeta({...object, spec: {...spec, control}}, {generation: (object.metadata.generation ?? 1) + 1});
}

function approvalOf(fields: Fields, at: string, number: number): KubeObject {
  const name = readString(fields, 'name') ?? '';
  return {
    metadata: {name, namespace: journalNamespace, uid: name, resourceVersion: String(number), creationTimestamp: at},
    spec: readFields(fields, 'spec'),
  };
}
