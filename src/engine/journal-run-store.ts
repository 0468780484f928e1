/**
 * Runs in a journal on this machine, where the cluster cannot hold them: the same record with the same rules, but for two.
 * Nobody else can take a run over, and nobody but its requester can agree at a gate.
 */
import {canonicalJson} from '../domain/canonical-json.ts';
import {type Fields, readFields} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {readRun, readRunSpec} from '../domain/read-run.ts';
import {readApproval} from '../domain/read-run-status.ts';
import {type Approval, hasOutlived, type Requester, type Run, type RunControl, type RunStatus} from '../domain/run.ts';
import type {GateAnswer} from '../domain/run-desk.ts';
import {parametersBytesMax} from './check-parameters.ts';
import {Refusal} from './define-runbook.ts';
import {fitStatus} from './fit-status.ts';
import {JournalBook, type JournalOptions, type JournalWriter} from './journal-book.ts';
import {byteLength} from './journal-lines.ts';
import {type JournalRecord, journalNamespace} from './journal-state.ts';
import {chainEntries, checkChain, type LogEntry, type LogHead, type NewLogEntry} from './run-log.ts';
import {type RunId, type RunStore, runFinalizer, StaleRun} from './run-store.ts';

export type JournalRunsOptions = JournalOptions & {
  /** The person at this machine, as the API server knows them: who asks for runs and consents to them. */
  readonly user: Requester;
};

export class JournalRuns implements RunStore {
  readonly #book: JournalBook;
  readonly #options: JournalRunsOptions;

  private constructor(options: JournalRunsOptions) {
    this.#options = options;
    this.#book = new JournalBook(options);
  }

  /** Throws BrokenJournal where the file was changed by somebody. Runs whose time is over go now, and at no other time. */
  static async open(options: JournalRunsOptions): Promise<JournalRuns> {
    const runs = new JournalRuns(options);
    await runs.#book.use(writer => runs.#dropOutlived(writer));
    return runs;
  }

  get path(): string {
    return this.#book.path;
  }

  /** Newest first; a record that cannot be read is left out. */
  runs(): readonly Run[] {
    return this.#book.state.records.flatMap(({object}) => readOrNothing(object, readRun)).toReversed();
  }

  find(name: string): Run | undefined {
    const record = this.#book.state.byName(name);
    return record === undefined ? undefined : readOrNothing(record.object, readRun)[0];
  }

  /** How often somebody has said yes or no to it. */
  answersTo(name: string): number {
    return this.#book.state.byName(name)?.approvals.length ?? 0;
  }

  /** Called with the name of the run after each change of it or of what was said of it. */
  subscribe(listener: (name: string) => void): () => void {
    return this.#book.subscribe(listener);
  }

  /** Throws Refusal and UnreadableField; nothing is written then. */
  async createRun(spec: Fields, name?: string): Promise<Run> {
    const {runbook, approvals} = readRunSpec(spec);
    if (approvals.length > 0) {
      throw new Refusal('NoSecondPerson', {
        en: 'spec.approvals asks for somebody else, who cannot see a journal on this machine: let the run be created in the cluster, or leave approvals out',
        ru: 'spec.approvals требует согласия другого человека, а журнал на этой машине ему не виден: создайте запуск в кластере или уберите approvals',
      });
    }
    const bytes = byteLength(JSON.stringify(readFields(spec, 'parameters')));
    if (bytes > parametersBytesMax)
      throw new Refusal('BadParameter', {
        en: `parameters are ${bytes} bytes; at most ${parametersBytesMax} are taken`,
        ru: `параметры занимают ${bytes} байт; принимается не больше ${parametersBytesMax}`,
      });
    return this.#book.use(async writer => {
      await writer.makeRoom();
      const {digest, random, clock} = this.#options.ports;
      const chance = [random(), random(), random(), random()];
      const uid = uidOf(digest(canonicalJson([this.path, clock.now(), writer.state().records.length, ...chance])));
      const given = name ?? `${runbook.name}-${uid.slice(0, 5)}`;
      if (writer.state().byName(given) !== undefined)
        throw new Refusal('NameTaken', {en: `the journal has a run ${given} already`, ru: `в журнале уже есть запуск ${given}`});
      await writer.write({kind: 'run', uid, name: given, spec: {...spec, requestedBy: this.#options.user}});
      return currentRun(writer, given);
    });
  }

  /** What a person wants of the run from now on. */
  control({name}: Pick<RunId, 'name'>, change: Partial<RunControl>): Promise<Run> {
    return this.#book.use(async writer => {
      const {meta, spec} = currentRun(writer, name);
      const control = {...spec.control, by: this.#options.user.user, ...change};
      if (canonicalJson(control) !== canonicalJson(spec.control)) await writer.write({kind: 'control', uid: meta.uid, control});
      return currentRun(writer, name);
    });
  }

  /** The user's yes or no at a gate of a run of their own. */
  consent({name}: Pick<RunId, 'name'>, answer: GateAnswer & {readonly expiresAt?: string}): Promise<Approval> {
    return this.#book.use(async writer => {
      const {meta} = currentRun(writer, name);
      if (answer.kind !== 'Consent')
        throw new Refusal('NoSecondPerson', {
          en: 'a run in a journal takes only the consent of its requester',
          ru: 'запуск в журнале принимает согласие только того, кто его запросил',
        });
      const {user, groups} = this.#options.user;
      const count = writer.state().byUid(meta.uid)?.approvals.length ?? 0;
      const spec = {...answer, run: {name, uid: meta.uid}, by: user, groups};
      await writer.write({kind: 'approval', uid: meta.uid, name: `${name}-${count + 1}`, spec});
      const made = writer.state().byUid(meta.uid)?.approvals.at(-1);
      if (made === undefined) throw new StaleRun(meta);
      return readApproval(made);
    });
  }

  /** Asks for the end of the record: an abort, and gone once nothing is under way. */
  remove({name}: Pick<RunId, 'name'>): Promise<void> {
    return this.#book.use(async writer => {
      const record = writer.state().byName(name);
      if (record === undefined || record.object.metadata.deletionTimestamp !== undefined) return;
      await writer.write({kind: 'deletion', uid: record.object.metadata.uid});
    });
  }

  load({namespace, name}: RunId): Promise<Run | undefined> {
    return this.#book.use(async ({state}) => {
      const record = namespace === journalNamespace ? state().byName(name) : undefined;
      return record === undefined ? undefined : readRun(record.object);
    });
  }

  writeStatus(run: Run, status: RunStatus): Promise<Run> {
    return this.#change(run, ({write}) => write({kind: 'status', uid: run.meta.uid, status: fitStatus(status)}));
  }

  guard(run: Run): Promise<Run> {
    return this.#writeFinalizers(run, [...run.meta.finalizers.filter(name => name !== runFinalizer), runFinalizer]);
  }

  unguard(run: Run): Promise<Run> {
    return this.#writeFinalizers(
      run,
      run.meta.finalizers.filter(name => name !== runFinalizer),
    );
  }

  writePlan({meta}: Run, ref: string, plan: Fields): Promise<void> {
    return this.#book.use(async writer => {
      const record = recordOf(writer, meta);
      if (!record.plans.has(ref)) await writer.write({kind: 'plan', uid: meta.uid, ref, plan});
    });
  }

  readPlan({meta}: Run, ref: string): Promise<Fields | undefined> {
    return this.#book.use(async ({state}) => state().byUid(meta.uid)?.plans.get(ref));
  }

  appendLog({meta}: Run, entries: readonly NewLogEntry[]): Promise<LogHead> {
    return this.#book.use(async writer => {
      const last = recordOf(writer, meta).log.at(-1);
      const linked = chainEntries(entries, {head: last?.seq ?? 0, headDigest: last?.hash ?? ''}, this.#options.ports.digest);
      if (linked.length > 0) await writer.write({kind: 'log', uid: meta.uid, entries: linked});
      const end = linked.at(-1) ?? last;
      return {chunks: end === undefined ? 0 : 1, head: end?.seq ?? 0, headDigest: end?.hash ?? ''};
    });
  }

  readLog({meta}: Run): Promise<readonly LogEntry[]> {
    return this.#book.use(async ({state}) => {
      const log = state().byUid(meta.uid)?.log ?? [];
      checkChain(log, this.#options.ports.digest);
      return log;
    });
  }

  approvals({meta}: Run): Promise<readonly Approval[]> {
    return this.#book.use(async ({state}) => (state().byUid(meta.uid)?.approvals ?? []).flatMap(each => readOrNothing(each, readApproval)));
  }

  /** Only records with which nobody has anything to do any more. */
  async #dropOutlived(writer: JournalWriter): Promise<void> {
    const {ports, log} = this.#options;
    const over = this.runs().filter(run => run.meta.finalizers.length === 0 && hasOutlived(run, ports.clock.now()));
    try {
      for (const {meta} of over) {
        await writer.write({kind: 'deletion', uid: meta.uid});
        log('info', 'run removed, its time is over', {run: meta.name});
      }
    } catch (error) {
      // On a full disk the rest can still be read.
      log('warn', 'runs whose time is over stay in the journal', {error: error instanceof Error ? error.message : String(error)});
    }
  }

  #writeFinalizers(run: Run, finalizers: readonly string[]): Promise<Run> {
    if (canonicalJson(finalizers) === canonicalJson(run.meta.finalizers)) return Promise.resolve(run);
    return this.#change(run, ({write}) => write({kind: 'finalizers', uid: run.meta.uid, finalizers}));
  }

  /** Throws StaleRun where the record is no longer the one that `run` is. */
  #change(run: Run, write: (writer: JournalWriter) => Promise<number>): Promise<Run> {
    return this.#book.use(async writer => {
      const {object} = recordOf(writer, run.meta);
      if (object.metadata.resourceVersion !== run.meta.resourceVersion) throw new StaleRun(run.meta);
      const number = await write(writer);
      const after = writer.state().byUid(run.meta.uid);
      // The last finalizer took it away.
      return after === undefined ? {...run, meta: {...run.meta, resourceVersion: String(number), finalizers: []}} : readRun(after.object);
    });
  }
}

function recordOf({state}: JournalWriter, meta: Run['meta']): JournalRecord {
  const record = state().byUid(meta.uid);
  if (record === undefined) throw new StaleRun(meta);
  return record;
}

function currentRun({state}: JournalWriter, name: string): Run {
  const record = state().byName(name);
  if (record === undefined) throw new Refusal('NoRun', {en: `the journal has no run ${name}`, ru: `в журнале нет запуска ${name}`});
  return readRun(record.object);
}

function readOrNothing<Value>(object: KubeObject, read: (object: KubeObject) => Value): readonly Value[] {
  try {
    return [read(object)];
  } catch {
    return [];
  }
}

/** Thirty-two of the digest's hex digits, as uids are written. */
function uidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
