/** The log of one container: the last lines of what is there, then what is written from now on, up to a limit. */
import type {Clock, Timer} from '../domain/clock.ts';
import {TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {PodRef, PodStreams} from '../domain/pod-streams.ts';
import {StatusError} from '../domain/status-error.ts';
import type {TerminalExit} from '../ui/terminal-session.ts';

export type LogLine = {
  /** RFC 3339 as the kubelet wrote it; '' where it did not. */
  readonly time: string;
  readonly text: string;
};

export type LogState =
  | {readonly kind: 'reading'}
  /** The connection broke; it is opened anew. */
  | {readonly kind: 'broken'; readonly reason: Phrase}
  /** The container writes no more, or the whole log was read. */
  | {readonly kind: 'ended'}
  | {readonly kind: 'refused'; readonly code: number; readonly reason: Phrase};

export type PodLogOptions = {
  readonly streams: PodStreams;
  readonly pod: PodRef;
  readonly container: string;
  readonly clock: Clock;
  /** Only what was written from then on, RFC 3339. */
  readonly since?: string;
  /** A container that has not started yet, or starts anew, is asked again. */
  readonly isPatient?: true;
  say(sentence: Phrase): string;
  onChange(): void;
};

const linesMax = 5_000;
const tailLines = 1_000;
/** A line is cut here; binaries write without newlines. */
const lineLengthMax = 8_192;
const retryMs = 2_000;
const patienceMsMax = 30_000;

export class PodLog {
  readonly options: PodLogOptions;
  lines: readonly LogLine[] = [];
  /** Lines that had to go for newer ones. */
  dropped = 0;
  /** Raised with every change of lines. */
  version = 0;
  state: LogState = {kind: 'reading'};
  isPrevious = false;
  #abort = new AbortController();
  #retry: Timer | undefined;
  #rest = '';
  #lastTime = '';
  /** In a row without a line. */
  #vainReads = 0;

  constructor(options: PodLogOptions) {
    this.options = options;
    void this.#read();
  }

  get exit(): TerminalExit | undefined {
    const {state, options} = this;
    if (state.kind === 'refused') return {kind: 'lost', text: options.say(state.reason)};
    return state.kind === 'ended' ? {kind: 'exited', code: 0} : undefined;
  }

  /** Reads anew: this life of the container, or the one before it. */
  restart(isPrevious: boolean): void {
    this.#stop();
    this.isPrevious = isPrevious;
    this.lines = [];
    this.dropped = 0;
    this.version += 1;
    this.#lastTime = '';
    this.#vainReads = 0;
    void this.#read();
  }

  close(): void {
    this.#stop();
    this.state = {kind: 'ended'};
  }

  #stop(): void {
    this.#abort.abort();
    this.#retry?.cancel();
    this.#rest = '';
  }

  async #read(): Promise<void> {
    const {streams, pod, container, since: sinceTime} = this.options;
    const abort = new AbortController();
    this.#abort = abort;
    this.state = {kind: 'reading'};
    // What is asked again and again must not make the screen flicker.
    if (this.#vainReads === 0) this.options.onChange();
    const decoder = new TextDecoder();
    const resumesAfter = this.#lastTime;
    const since = resumesAfter === '' ? {tailLines, ...(sinceTime === undefined ? {} : {sinceTime})} : {sinceTime: resumesAfter};
    try {
      const log = streams.log({
        pod,
        container,
        hasTimestamps: true,
        isFollowed: !this.isPrevious,
        isPrevious: this.isPrevious,
        signal: abort.signal,
        ...since,
      });
      for await (const bytes of log) {
        if (abort.signal.aborted) return;
        this.#take(decoder.decode(bytes, {stream: true}), resumesAfter);
      }
      if (abort.signal.aborted) return;
      this.#take('\n', resumesAfter);
      this.#setState({kind: 'ended'});
      this.#askAgain();
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#rest = '';
    if (error instanceof TransportError) {
      this.#setState({kind: 'broken', reason: error.phrase});
      this.#retry = this.options.clock.setTimer(retryMs, () => void this.#read());
    } else if (error instanceof StatusError) {
      const {code} = error.status;
      this.#setState({kind: 'refused', code, reason: phrase('text', error.message)});
      if (code !== 403) this.#askAgain();
    } else throw error;
  }

  #askAgain(): void {
    const {clock, isPatient} = this.options;
    if (isPatient !== true) return;
    const delayMs = Math.min(retryMs * 2 ** Math.min(this.#vainReads, 10), patienceMsMax);
    this.#vainReads += 1;
    this.#retry = clock.setTimer(delayMs, () => void this.#read());
  }

  /** A server may begin a little before the time it was asked to go on from: what was shown already comes again. */
  #take(text: string, resumesAfter: string): void {
    const pieces = (this.#rest + text).split('\n');
    this.#rest = (pieces.pop() ?? '').slice(0, lineLengthMax);
    const read = pieces.flatMap(piece => readLine(piece.slice(0, lineLengthMax)) ?? []);
    const fresh = resumesAfter === '' ? read : read.filter(({time}) => time === '' || time > resumesAfter);
    if (fresh.length === 0) return;
    this.#vainReads = 0;
    const all = [...this.lines, ...fresh];
    this.lines = all.slice(-linesMax);
    this.dropped += all.length - this.lines.length;
    this.#lastTime = fresh.findLast(({time}) => time !== '')?.time ?? this.#lastTime;
    this.version += 1;
    this.options.onChange();
  }

  #setState(state: LogState): void {
    this.state = state;
    this.options.onChange();
  }
}

/** undefined for what is no line: the end of the last one. */
function readLine(raw: string): LogLine | undefined {
  if (raw === '') return undefined;
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s.exec(raw);
  return found === null ? {time: '', text: shown(raw)} : {time: sortable(found[1] ?? ''), text: shown(found[2] ?? '')};
}

/** Go leaves the zeros at the end of a fraction out; with all nine digits times sort as texts. */
function sortable(time: string): string {
  const [, whole = time, fraction = '', zone = ''] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return `${whole}.${fraction.padEnd(9, '0')}${zone}`;
}

/** Colours of a program are not ours; tabs are spaces in a pane. */
function shown(text: string): string {
  return text
    .replace(/\u001B\[[\d;:]*m/g, '')
    .replaceAll('\t', '    ')
    .replace(/\r$/, '');
}
