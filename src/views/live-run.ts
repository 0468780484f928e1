/** One run as it goes on: its record by the desk's own watch, its log read again whenever the record names a longer one. */
import {humanDuration} from '../domain/age.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Run} from '../domain/run.ts';
import type {Carriage} from '../domain/run-carrier.ts';
import type {RunDesk, RunHandle, Transcript} from '../domain/run-desk.ts';
import {usualTime} from '../domain/run-need.ts';
import {waitOf} from '../domain/wait-text.ts';
import {type RunChoice, runChoices} from './run-choices.ts';
import type {ScreenContext} from './screen.ts';

export class LiveRun {
  readonly handle: RunHandle;
  transcript: Transcript | undefined;
  /** Why the log cannot be read. */
  trouble: string | undefined;
  readonly #context: ScreenContext;
  #readHead: string | undefined;
  #isReading = false;
  #isClosed = false;
  /** What a wait last saw, and since when it is the same. */
  #seen: {readonly text: string; readonly since: number} | undefined;

  constructor(context: ScreenContext, handle: RunHandle) {
    this.#context = context;
    this.handle = handle;
  }

  desk(): RunDesk | undefined {
    return this.#context.session.desk();
  }

  /** As the watch has it; the steps of one that has ended are those that were read with its log. */
  run(): Run | undefined {
    const run = this.desk()
      ?.runs()
      .find(({meta}) => meta.uid === this.handle.uid);
    const read = this.transcript?.run.status;
    return run?.isAbridged === true && read !== undefined ? {...run, status: {...run.status, steps: read.steps}} : run;
  }

  choices(run: Run): readonly RunChoice[] {
    const desk = this.desk();
    return desk === undefined ? [] : runChoices(run, desk, this.transcript?.steps);
  }

  carriage(run: Run): Carriage {
    return this.desk()?.carriage(run) ?? {carrier: {kind: 'unseen'}, isNext: false};
  }

  /** What other runs of the same runbook took. */
  usual(run: Run): Phrase | undefined {
    const others = (this.desk()?.runs() ?? []).filter(({meta}) => meta.uid !== run.meta.uid);
    const usual = usualTime(others, run.spec.runbook.name);
    return usual && phrase(usual.runs === 1 ? 'run.lastTime' : 'run.usual', humanDuration(usual.seconds * 1000));
  }

  /** Since when the wait of the step sees the same. */
  sameSince(run: Run, stepId: string): number | undefined {
    const step = run.status.steps.find(({id}) => id === stepId);
    const wait = step && waitOf(step);
    if (wait === undefined) return undefined;
    const text = `${stepId}\n${wait.seen.en}`;
    if (this.#seen?.text !== text) this.#seen = {text, since: this.#context.clock.now()};
    return this.#seen.since;
  }

  refresh(): void {
    const desk = this.desk();
    const run = this.run();
    if (desk === undefined) return;
    if (run === undefined) return;
    const head = `${run.status.log.head}/${run.status.log.chunks}/${isFinished(run)}`;
    if (head === this.#readHead || this.#isReading) return;
    this.#readHead = head;
    this.#isReading = true;
    desk
      .transcript(this.handle)
      .then(
        transcript => {
          this.transcript = transcript;
          this.trouble = undefined;
        },
        (error: unknown) => {
          this.trouble = error instanceof Error ? error.message : String(error);
        },
      )
      .finally(() => {
        this.#isReading = false;
        if (this.#isClosed) return;
        this.refresh();
        this.#context.draw();
      });
  }

  close(): void {
    this.#isClosed = true;
  }
}
