/**
 * A store whose log is also told to the audit of this machine: each effect with its outcome, each decision, each end. An
 * audit that cannot be written stops no run; it is complained of.
 */
import type {AuditEntry} from '../domain/audit.ts';
import {canonicalJson} from '../domain/canonical-json.ts';
import {isFields, readList, readString} from '../domain/fields.ts';
import type {Log} from '../domain/log.ts';
import {maskText} from '../domain/page/secret-text.ts';
import {type Run, targetText} from '../domain/run.ts';
import type {EnginePorts} from './ports.ts';
import {Recent} from './recent.ts';
import type {NewLogEntry} from './run-log.ts';
import type {RunStore} from './run-store.ts';

export type AuditSink = {record(entries: readonly AuditEntry[]): Promise<void>};

export type AuditOptions = {
  readonly sink: AuditSink;
  /** The kube context. */
  readonly context: string;
  readonly digest: EnginePorts['digest'];
  readonly log: Log;
};

type Intended = Pick<AuditEntry, 'command' | 'before' | 'inverse'>;

/** Steps of runs whose intent is remembered until their effects are told. */
const stepsMax = 1_000;

export function auditedRunStore(store: RunStore, options: AuditOptions): RunStore {
  const auditor = new Auditor(options);
  return {
    load: id => store.load(id),
    writeStatus: (run, status) => store.writeStatus(run, status),
    guard: run => store.guard(run),
    unguard: run => store.unguard(run),
    writePlan: (run, ref, plan) => store.writePlan(run, ref, plan),
    readPlan: (run, ref) => store.readPlan(run, ref),
    readLog: run => store.readLog(run),
    approvals: run => store.approvals(run),
    appendLog: async (run, entries) => {
      const head = await store.appendLog(run, entries);
      await auditor.tell(run, entries);
      return head;
    },
  };
}

class Auditor {
  readonly #options: AuditOptions;
  readonly #intended = new Recent<Map<string, Intended>>(stepsMax);
  /** Steps of which an effect was told: their end is no news. */
  readonly #told = new Recent<true>(stepsMax);

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  async tell(run: Run, entries: readonly NewLogEntry[]): Promise<void> {
    const told = entries.flatMap(entry => this.#entryOf(run, entry) ?? []);
    if (told.length === 0) return;
    try {
      await this.#options.sink.record(told);
    } catch (error) {
      this.#options.log('error', 'the audit could not be written', {
        run: run.meta.name,
        entries: told.length,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #entryOf(run: Run, entry: NewLogEntry): AuditEntry | undefined {
    const {kind, step, text} = entry;
    const key = `${run.meta.uid}/${step}`;
    switch (kind) {
      case 'intent':
      case 'undo':
        this.#remember(key, entry);
        return undefined;
      case 'effect':
        return this.#effect(run, entry, key);
      case 'outcome':
        // Found done after a crash: the effect itself was told by nobody.
        if (this.#told.get(key) === true || !run.status.steps.some(({id, intent}) => id === step && intent !== undefined)) return undefined;
        return this.#make(run, entry, {kind: 'effect', what: step, outcome: text});
      case 'gate-passed':
      case 'gate-rejected':
      case 'decision':
        return this.#make(run, entry, {kind: 'decision', what: text, outcome: kind});
      case 'finished':
        return this.#make(run, entry, {kind: 'run', what: run.spec.runbook.name, outcome: text});
      case 'taken-over':
      case 'planned':
      case 'gate-opened':
      case 'approval-refused':
      case 'paused':
      case 'resumed':
        return undefined;
    }
  }

  #remember(key: string, {data}: NewLogEntry): void {
    if (data === undefined) return;
    const effects = readList(data, 'effects').filter(isFields);
    this.#intended.set(key, new Map(effects.map(effect => [readString(effect, 'what') ?? '', this.#intendedOf(effect)])));
  }

  #intendedOf(effect: Readonly<Record<string, unknown>>): Intended {
    const command = readString(effect, 'command');
    return {
      ...(command === undefined ? {} : {command: maskText(command)}),
      ...(isFields(effect.before) ? {before: this.#digest(effect.before)} : {}),
      ...(isFields(effect.inverse) ? {inverse: this.#digest(effect.inverse)} : {}),
    };
  }

  #effect(run: Run, entry: NewLogEntry, key: string): AuditEntry {
    this.#told.set(key, true);
    const what = entry.data === undefined ? entry.text : (readString(entry.data, 'what') ?? entry.text);
    const outcome = entry.text.startsWith(`${what}: `) ? entry.text.slice(what.length + 2) : entry.text;
    return {...this.#make(run, entry, {kind: 'effect', what, outcome}), ...this.#intended.get(key)?.get(what)};
  }

  #make({meta, spec}: Run, {at, step}: NewLogEntry, {kind, what, outcome}: Pick<AuditEntry, 'kind' | 'what' | 'outcome'>): AuditEntry {
    return {
      at,
      kind,
      user: spec.requestedBy?.user ?? '',
      context: this.#options.context,
      runbook: spec.runbook.name,
      run: meta.name,
      runUid: meta.uid,
      target: targetText(spec),
      step,
      what: maskText(what),
      outcome: maskText(outcome),
    };
  }

  #digest(value: unknown): string {
    return this.#options.digest(canonicalJson(value));
  }
}
