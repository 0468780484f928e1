/** The tails of a step's logs as lines below the run: a heading for each place, then as many of its last lines as there is room for. */
import type {LogPlace} from '../domain/log-place.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Tone} from '../ui/theme.ts';
import {clockTime} from './log-lines.ts';
import {type LineMaker, paragraph} from './plan-lines.ts';
import type {ScreenContext} from './screen.ts';
import type {LogTail, TailLine} from './step-logs.ts';

/** Of one place, however tall the screen is. */
const tailMax = 8;
/** A heading and a line. */
const rowsMin = 2;

type Room = {readonly height: number; readonly lines: number; readonly stepEnd: number};

/** What is theirs however much the run itself has to say, but for the step at hand: up to a third of the screen. */
export function rowsKept(tails: readonly LogTail[], height: number, maker: LineMaker): number {
  return Math.min(rowsWanted(tails, maker), Math.floor(height / 3));
}

/** The rows below a run whose own lines are `lines`, of which those up to `stepEnd` must stay in sight. */
export function rowsFor(tails: readonly LogTail[], {height, lines, stepEnd}: Room, maker: LineMaker): number {
  const free = Math.min(rowsWanted(tails, maker), height - lines);
  const rows = Math.min(Math.max(free, rowsKept(tails, height, maker)), height - stepEnd);
  return rows < rowsMin ? 0 : rows;
}

function rowsWanted(tails: readonly LogTail[], maker: LineMaker): number {
  return tails.reduce((sum, tail) => sum + 1 + bodyOf(tail, maker).length, 0);
}

export function stepLogBindings(tails: readonly LogTail[], {say, openPodPart}: ScreenContext): readonly Binding[] {
  return tails.map(({place: {namespace, pod, container}}, at) => ({
    id: `run.step-log-${at + 1}`,
    keys: logKeys(tails.length)[at] ?? [],
    title: say(at === 0 ? phrase('key.podLog') : phrase('run.stepLog', `${pod} ${container}`)),
    isInFooter: at === 0,
    group: say(phrase('group.log')),
    run: () =>
      openPodPart(
        {kind: 'pod-choice', resource: 'pods', purpose: 'log', namespace, name: pod},
        {name: container, container, port: undefined, note: '', isDefault: true},
      ),
  }));
}

export function stepLogLines(tails: readonly LogTail[], rows: number, maker: LineMaker): readonly PaneLine[] {
  const keys = logKeys(tails.length);
  const shown = tails
    .map((tail, at) => ({tail, key: keys[at]?.[0] ?? ''}))
    .filter(({tail}, at) => !isSaidBefore(tail, tails.slice(0, at)))
    .slice(0, Math.floor(rows / rowsMin));
  const bodies = shown.map(({tail}) => bodyOf(tail, maker));
  const counts = shareRows(
    bodies.map(({length}) => length),
    rows - shown.length,
  );
  return shown.flatMap(({tail, key}, at) => {
    const body = bodies[at] ?? [];
    const count = counts[at] ?? 0;
    return [headOf(tail, key, maker), ...(tail.lines.length === 0 ? body.slice(0, count) : body.slice(-count))];
  });
}

/** One missing right is told of once. */
function isSaidBefore({state, place}: LogTail, before: readonly LogTail[]): boolean {
  return isForbidden(state) && before.some(other => isForbidden(other.state) && other.place.namespace === place.namespace);
}

function isForbidden(state: LogTail['state']): boolean {
  return state.kind === 'refused' && state.code === 403;
}

/** The keys that open each log whole, the one that is shown first. */
function logKeys(count: number): readonly (readonly [string, ...string[]])[] {
  return Array.from({length: count}, (_, at) => (at > 0 ? [String(at + 1)] : count === 1 ? ['l', '1'] : ['1', 'l']));
}

/** One row each in turn, as long as a tail has lines to fill it. */
function shareRows(wanted: readonly number[], rows: number): readonly number[] {
  const counts = wanted.map(() => 0);
  for (let left = rows; left > 0; ) {
    const before = left;
    for (const [at, count] of counts.entries()) {
      if (left === 0 || count >= (wanted[at] ?? 0)) continue;
      counts[at] = count + 1;
      left -= 1;
    }
    if (left === before) break;
  }
  return counts;
}

function headOf({place, state}: LogTail, key: string, {say}: LineMaker): PaneLine {
  const [word, tone] = wordOf(state);
  return {
    segments: [
      {text: `${key} `, tone: 'accent'},
      {text: say(phrase('run.stepLog', nameOf(place))), tone: 'title'},
      {text: `  ${say(word)}`, tone},
    ],
  };
}

function nameOf({namespace, pod, container}: LogPlace): string {
  return `${namespace}/${pod} ${container}`;
}

function wordOf(state: LogTail['state']): readonly [Phrase, Tone] {
  switch (state.kind) {
    case 'reading':
      return [phrase('log.following'), 'dim'];
    case 'broken':
      return [phrase('log.interrupted'), 'waiting'];
    case 'ended':
      return [phrase('terminal.ended'), 'dim'];
    case 'refused':
      return [isForbidden(state) ? phrase('log.refused') : phrase('run.stepLogNotYet'), 'waiting'];
  }
}

function bodyOf({place, state, lines}: LogTail, maker: LineMaker): readonly PaneLine[] {
  if (lines.length > 0) return lines.slice(-tailMax).map(tailLine);
  const {say} = maker;
  if (state.kind === 'broken') return paragraph(maker, say(phrase('log.broken', state.reason)), 2, 'waiting');
  if (state.kind !== 'refused') return paragraph(maker, say(phrase('run.stepLogSilent')), 2, 'dim');
  const why = isForbidden(state) ? phrase('source.forbiddenInNamespace', 'get', 'pods/log', place.namespace) : state.reason;
  return paragraph(maker, say(phrase('run.stepLogRefused', why)), 2, 'waiting');
}

function tailLine({time, text}: TailLine): PaneLine {
  return {segments: [{text: `  ${clockText(time)}`, tone: 'dim'}, {text}]};
}

/** UTC, as the run's own log has it. */
function clockText(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? '' : `${clockTime(new Date(at).toISOString())} `;
}
