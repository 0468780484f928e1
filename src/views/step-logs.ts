/** The logs that the step at hand names, followed since it began while its screen is open. They belong to the screen and end with it. */
import {type LogPlace, readLogPlace} from '../domain/log-place.ts';
import {maskText} from '../domain/page/secret-text.ts';
import {isFinished, type Run} from '../domain/run.ts';
import {currentStep} from '../domain/run-need.ts';
import {paced} from '../ui/paced.ts';
import {type LogState, PodLog} from './pod-log.ts';
import type {ScreenContext} from './screen.ts';

export type LogTail = {
  readonly place: LogPlace;
  readonly state: LogState;
  /** The newest last, without secrets. */
  readonly lines: readonly TailLine[];
};

export type TailLine = {readonly time: string; readonly text: string};

/** Of which the last are shown: a secret of several lines is found only as a whole. */
const linesMax = 200;
const drawIntervalMs = 250;

type Followed = {readonly place: LogPlace; readonly log: PodLog; lines: readonly TailLine[]; version: number};

export class StepLogs {
  readonly #context: ScreenContext;
  readonly #draw: () => void;
  /** By step, its beginning and place. */
  readonly #followed = new Map<string, Followed>();
  #isClosed = false;

  constructor(context: ScreenContext) {
    this.#context = context;
    this.#draw = paced(context.clock, drawIntervalMs, () => {
      if (!this.#isClosed) context.draw();
    });
  }

  /** Opens what the step names now, and leaves what it names no more. */
  follow(run: Run | undefined): void {
    const streams = this.#context.session.streams();
    const step = run === undefined || isFinished(run) ? undefined : currentStep(run);
    const named = (step?.logs ?? []).flatMap(text => {
      const place = readLogPlace(text);
      return place === undefined ? [] : [{key: `${step?.id} ${step?.startedAt} ${text}`, place}];
    });
    for (const [key, {log}] of this.#followed) {
      if (named.some(each => each.key === key)) continue;
      log.close();
      this.#followed.delete(key);
    }
    if (streams === undefined || this.#isClosed) return;
    const since = step?.startedAt;
    for (const {key, place} of named) {
      if (this.#followed.has(key)) continue;
      const {namespace, pod: name, container} = place;
      const log = new PodLog({
        streams,
        pod: {namespace, name},
        container,
        clock: this.#context.clock,
        ...(since === undefined ? {} : {since}),
        isPatient: true,
        say: this.#context.say,
        onChange: this.#draw,
      });
      this.#followed.set(key, {place, log, lines: [], version: -1});
    }
  }

  tails(): readonly LogTail[] {
    return [...this.#followed.values()].map(followed => ({
      place: followed.place,
      state: followed.log.state,
      lines: linesOf(followed),
    }));
  }

  close(): void {
    this.#isClosed = true;
    this.follow(undefined);
  }
}

/** Masked anew only when something was written. */
function linesOf(followed: Followed): readonly TailLine[] {
  const {log} = followed;
  if (log.lines.length > 0 && followed.version !== log.version) {
    const last = log.lines.slice(-linesMax);
    const safe = maskText(last.map(({text}) => text).join('\n')).split('\n');
    // A masked block is one line where there were several.
    const shift = last.length - safe.length;
    followed.lines = safe.map((text, at) => ({time: last[at + shift]?.time ?? '', text}));
    followed.version = log.version;
  }
  return followed.lines;
}
