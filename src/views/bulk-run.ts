/** One action on several targets: a plan each, one consent for all, and what became of each. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Run} from '../domain/run.ts';
import {type Risk, risks} from '../domain/run.ts';
import type {PlanView, RunDesk, RunHandle, RunRequest} from '../domain/run-desk.ts';
import type {BulkPlace} from './navigation.ts';
import {refusalPhrase} from './run-look.ts';
import type {ScreenContext} from './screen.ts';

export type BulkRow = {
  readonly target: string;
  readonly plan: PlanView | undefined;
  /** Why nothing is, or was, done to it. */
  readonly refusal: string | undefined;
  readonly run: RunHandle | undefined;
};

/** Plans under way at once: each costs a few requests. */
const plansAtOnce = 4;

export class BulkRun {
  rows: readonly BulkRow[];
  isWorking = false;
  readonly #context: ScreenContext;
  readonly #place: BulkPlace;
  #isStarted = false;
  #isClosed = false;

  constructor(context: ScreenContext, place: BulkPlace) {
    this.#context = context;
    this.#place = place;
    this.rows = place.draft.targets.map(target => ({target, plan: undefined, refusal: place.refusals[target], run: place.runs[target]}));
  }

  /** Consent was given: what is shown from then on is what became of it. */
  isAgreed(): boolean {
    return this.rows.some(({run}) => run !== undefined);
  }

  isPlanned(): boolean {
    return !this.isWorking && this.rows.every(({plan, refusal, run}) => plan !== undefined || refusal !== undefined || run !== undefined);
  }

  /** What consent would carry out. */
  ready(): readonly BulkRow[] {
    return this.rows.filter(({plan, run}) => plan !== undefined && run === undefined && !hasFailingCheck(plan));
  }

  /** Those that consent would carry out; afterwards those that were submitted. */
  counted(): number {
    return this.isAgreed() ? this.rows.filter(({run}) => run !== undefined).length : this.ready().length;
  }

  risk(): Risk {
    const found = this.rows.flatMap(({plan}) => (plan === undefined ? [] : [risks.indexOf(plan.risk)]));
    return risks[Math.max(0, ...found)] ?? 'destructive';
  }

  runOf({run}: BulkRow): Run | undefined {
    return (
      run &&
      this.#desk()
        ?.runs()
        .find(({meta}) => meta.uid === run.uid)
    );
  }

  place(): BulkPlace {
    const entries = <Value>(pick: (row: BulkRow) => Value | undefined): Readonly<Record<string, Value>> => {
      const found: Record<string, Value> = {};
      for (const row of this.rows) {
        const value = pick(row);
        if (value !== undefined) found[row.target] = value;
      }
      return found;
    };
    return {...this.#place, runs: entries(row => row.run), refusals: this.isAgreed() ? entries(row => row.refusal) : {}};
  }

  /** Does nothing once there are plans, or runs. */
  start(): void {
    if (this.#isStarted || this.isAgreed() || this.#desk() === undefined) return;
    this.#isStarted = true;
    void this.#each(this.rows, row => this.#plan(row));
  }

  /** Every plan is made once more: where it is another one, nothing is done to that target. */
  async submit(): Promise<void> {
    const ready = this.ready();
    await this.#each(ready, row => this.#submit(row));
  }

  close(): void {
    this.#isClosed = true;
  }

  async #each(rows: readonly BulkRow[], act: (row: BulkRow) => Promise<BulkRow>): Promise<void> {
    const queue = [...rows];
    this.isWorking = true;
    const work = async (): Promise<void> => {
      for (let row = queue.shift(); row !== undefined && !this.#isClosed; row = queue.shift()) {
        const done = await act(row);
        this.rows = this.rows.map(each => (each.target === done.target ? done : each));
        this.#context.draw();
      }
    };
    await Promise.all(Array.from({length: plansAtOnce}, work));
    this.isWorking = false;
    this.#context.draw();
  }

  async #plan(row: BulkRow): Promise<BulkRow> {
    return this.#orRefuse(row, async desk => {
      const answer = await desk.plan(this.#request(row));
      return answer.kind === 'planned'
        ? {...row, plan: answer.plan, refusal: undefined}
        : {...row, refusal: this.#context.say(refusalPhrase(answer))};
    });
  }

  async #submit(row: BulkRow): Promise<BulkRow> {
    const {plan} = row;
    if (plan === undefined) return row;
    return this.#orRefuse(row, async desk => {
      const again = await desk.plan(this.#request(row));
      if (again.kind === 'refused') return {...row, refusal: this.#context.say(refusalPhrase(again))};
      if (again.plan.digest !== plan.digest) return {...row, plan: again.plan, refusal: this.#context.say(phrase('bulk.changed'))};
      const answer = await desk.submit(this.#request(row), {planDigest: plan.digest, isConsenting: plan.risk === 'destructive'});
      if (answer.kind === 'refused') return {...row, refusal: this.#context.say(refusalPhrase(answer))};
      this.#context.noteRun(answer.run);
      return {...row, run: answer.run};
    });
  }

  async #orRefuse(row: BulkRow, act: (desk: RunDesk) => Promise<BulkRow>): Promise<BulkRow> {
    const desk = this.#desk();
    if (desk === undefined) return {...row, refusal: this.#context.say(phrase('run.noDesk'))};
    try {
      return await act(desk);
    } catch (error) {
      return {...row, refusal: error instanceof Error ? error.message : String(error)};
    }
  }

  #desk(): RunDesk | undefined {
    return this.#context.session.desk();
  }

  #request({target}: BulkRow): RunRequest {
    const {runbook, parameters} = this.#place.draft;
    return {runbook, parameters: {...parameters, target}};
  }
}

export function hasFailingCheck({checks}: PlanView): boolean {
  return checks.some(({state}) => state === 'fail');
}
