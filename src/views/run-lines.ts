/** A run as lines: how far it is, what its step waits for, what a person may do, and the end of its log. */
import {humanDuration} from '../domain/age.ts';
import {approvalManifest} from '../domain/approval-manifest.ts';
import {factLines} from '../domain/fact-lines.ts';
import {isFields} from '../domain/fields.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Run, type StepStatus} from '../domain/run.ts';
import type {TranscriptEntry} from '../domain/run-desk.ts';
import {currentStep, elapsedMs, endOf, needOf} from '../domain/run-need.ts';
import {waitOf} from '../domain/wait-text.ts';
import type {Words} from '../domain/words.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Tone} from '../ui/theme.ts';
import {carrierWords, takeoverWords} from './carrier-lines.ts';
import type {LiveRun} from './live-run.ts';
import {logLines} from './log-lines.ts';
import {empty, heading, type LineMaker, paragraph} from './plan-lines.ts';
import {messagePhrase, recordedPhrase} from './recorded-text.ts';
import type {RunChoice} from './run-choices.ts';
import {stepLook, stepTitle, wordsPhrase} from './run-look.ts';

const logTail = 6;
const factLinesMax = 40;

export type RunText = {
  readonly lines: readonly PaneLine[];
  /** Lines up to the end of the step at hand; 0 where none is. */
  readonly stepEnd: number;
};

/**
 * For a pane of `room` lines: where they do not fit, steps that are done are one line and those to come stand last, so that what is
 * asked and what a person may do is in sight. Of the log there is what fits, the newest at least.
 */
export function runLines(
  run: Run,
  live: LiveRun,
  choices: readonly RunChoice[],
  now: number,
  maker: LineMaker & {readonly room: number},
): RunText {
  const {say} = maker;
  const entries = live.transcript?.entries ?? [];
  const {steps} = run.status;
  const atHand = isFinished(run) ? undefined : currentStep(run);
  const at = atHand === undefined ? 0 : steps.indexOf(atHand);
  const facts = [...headLines(run, live, now, maker), empty];
  const linesOf = (some: readonly StepStatus[]): readonly PaneLine[] => some.flatMap(step => stepLines(run, step, live, now, maker));
  const isKnown = steps.length > 0 || run.isAbridged === true;
  const past = linesOf(steps.slice(0, at));
  const present = linesOf(steps.slice(at, at + 1));
  const asked = [...questionLines(run, live, maker), ...choiceLines(choices, maker)];
  const isTight = facts.length + past.length + present.length + asked.length > maker.room;
  const before = [...facts, ...(isTight && at > 1 ? [foldedLine(at, maker)] : past), ...present];
  const toCome = isKnown ? linesOf(steps.slice(at + 1)) : paragraph(maker, say(phrase('run.noPlanYet')), 1, 'dim');
  const isAskedFirst = atHand !== undefined && asked.length > 0 && before.length + toCome.length + asked.length > maker.room;
  const rest = [...(isAskedFirst ? [...asked, empty, ...toCome] : [...toCome, ...asked]), ...elsewhereLines(run, maker)];
  const log = lastEntries(entries, maker.room - before.length - rest.length - 2, maker);
  const lines = [...before, ...rest, ...(log.length === 0 ? [] : [empty, heading(say(phrase('run.lastLog'))), ...log])];
  return {lines, stepEnd: before.length};
}

function lastEntries(entries: readonly TranscriptEntry[], rows: number, maker: LineMaker): readonly PaneLine[] {
  for (let count = logTail; count > 1; count -= 1) {
    const lines = logLines(entries.slice(-count), maker);
    if (lines.length <= rows) return lines;
  }
  return logLines(entries.slice(-1), maker);
}

function foldedLine(count: number, {theme, say}: LineMaker): PaneLine {
  const {glyph, tone} = stepLook('Succeeded', theme.glyphs);
  return {
    segments: [
      {text: ` ${glyph} `, tone},
      {text: say(phrase('run.foldedSteps', count)), tone: 'dim'},
    ],
  };
}

/** One line a choice: its key, what it is called, what it does. */
export function choiceLines(choices: readonly RunChoice[], maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  if (choices.length === 0) return [];
  const titles = choices.map(choice => say(choice.title));
  const titleWidth = Math.min(24, Math.max(...titles.map(title => title.length)));
  const indent = titleWidth + 6;
  return [
    empty,
    heading(say(phrase('run.whatNow'))),
    ...choices.flatMap(({key, effect, disabledReason}, index) => {
      const isOff = disabledReason !== undefined;
      const lines = paragraph({...maker, width: maker.width - indent}, say(disabledReason ?? effect), 0, isOff ? 'dim' : 'plain');
      const head = {text: `  ${key} ${(titles[index] ?? '').padEnd(titleWidth)}  `, tone: isOff ? ('dim' as const) : ('accent' as const)};
      return lines.map((line, at): PaneLine => ({segments: [at === 0 ? head : {text: ' '.repeat(indent)}, ...line.segments]}));
    }),
  ];
}

function headLines(run: Run, live: LiveRun, now: number, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  const {status, spec} = run;
  const usual = live.usual(run);
  const times = [
    say(phrase(isFinished(run) ? 'run.took' : 'run.elapsed', humanDuration(elapsedMs(run, now)))),
    ...(usual === undefined ? [] : [say(usual)]),
    say(phrase('run.askedBy', spec.requestedBy?.user ?? '?')),
  ];
  const carriage = live.carriage(run);
  const carrier = carrierWords(run, carriage, now);
  const takeover = isFinished(run) ? undefined : takeoverWords(run, carriage, live.transcript?.entries ?? []);
  const end = isFinished(run) ? endOf(run) : undefined;
  const stranger = isFinished(run)
    ? undefined
    : status.conditions.find(({type, status: is}) => type === 'DefinitionMatched' && is === 'False');
  return [
    ...paragraph(maker, times.join(' · '), 1, 'plain'),
    ...(isFinished(run) ? [] : paragraph(maker, say(carrier.words), 1, carrier.tone)),
    ...(takeover === undefined ? [] : paragraph(maker, say(takeover), 1, 'waiting')),
    ...(stranger === undefined ? [] : paragraph(maker, say(recordedPhrase(stranger)), 1, 'broken')),
    ...(end === undefined ? [] : paragraph(maker, say(recordedPhrase(end)), 1, run.status.phase === 'Failed' ? 'broken' : 'plain')),
    ...(live.trouble === undefined ? [] : paragraph(maker, say(phrase('run.logTrouble', live.trouble)), 1, 'waiting')),
    ...(live.transcript?.brokenAt === undefined
      ? []
      : paragraph(maker, say(phrase('run.logBroken', live.transcript.brokenAt)), 1, 'broken')),
  ];
}

function stepLines(run: Run, step: StepStatus, live: LiveRun, now: number, maker: LineMaker): readonly PaneLine[] {
  const {theme, say} = maker;
  const {glyph, tone} = stepLook(step.state, theme.glyphs);
  const title = say(stepTitle(step, live.transcript?.steps));
  const isCurrent = !isFinished(run) && currentStep(run)?.id === step.id;
  const took =
    step.startedAt === undefined
      ? ''
      : `  ${humanDuration((step.finishedAt === undefined ? now : Date.parse(step.finishedAt)) - Date.parse(step.startedAt))}`;
  return [
    {
      segments: [
        {text: ` ${glyph} `, tone},
        {text: `${step.index + 1} ${title}`, tone: isCurrent ? 'title' : 'plain'},
        {text: `  ${step.state}`, tone},
        {text: took, tone: 'dim'},
      ],
    },
    ...(isCurrent ? currentLines(run, step, live, now, maker) : pastLines(step, isFinished(run), maker)),
  ];
}

/** What a step was content with is told once the run is over: where a dump lies, which volumes are kept. */
function pastLines(step: StepStatus, isOver: boolean, maker: LineMaker): readonly PaneLine[] {
  const {state} = step;
  if (state === 'Failed' || state === 'UndoFailed' || state === 'Skipped')
    return paragraph(maker, maker.say(recordedPhrase(step)), 5, state === 'Skipped' ? 'dim' : 'broken');
  return isOver && state === 'Succeeded' && step.message !== '' ? paragraph(maker, maker.say(messagePhrase(step)), 5, 'dim') : [];
}

function currentLines(run: Run, step: StepStatus, live: LiveRun, now: number, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  const wait = waitOf(step);
  const since = live.sameSince(run, step.id);
  const isBroken = step.state === 'Failed';
  const said =
    wait === undefined && step.message !== ''
      ? paragraph(
          maker,
          isBroken ? `${step.reason}: ${say(recordedPhrase(step))}` : say(messagePhrase(step)),
          5,
          isBroken ? 'broken' : 'plain',
        )
      : [];
  return [
    ...(wait === undefined
      ? said
      : [
          ...paragraph(maker, say(phrase('run.wanted', wordsPhrase(wait.wanted))), 5, 'plain'),
          ...paragraph(
            maker,
            say(phrase('run.seen', wordsPhrase(wait.seen), since === undefined ? '' : humanDuration(now - since))),
            5,
            isBroken ? 'broken' : 'busy',
          ),
        ]),
    ...(isBroken && wait !== undefined ? paragraph(maker, step.reason, 5, 'broken') : []),
    ...(step.deadline === undefined ? [] : paragraph(maker, say(deadlinePhrase(run, Date.parse(step.deadline) - now)), 5, 'dim')),
    ...(step.attempts > 1 ? paragraph(maker, say(phrase('run.attempt', step.attempts)), 5, 'dim') : []),
  ];
}

function deadlinePhrase({spec}: Run, leftMs: number): ReturnType<typeof phrase> {
  const left = humanDuration(Math.max(0, leftMs));
  switch (spec.failurePolicy) {
    case 'Pause':
      return phrase('run.deadlinePause', left);
    case 'Undo':
      return phrase('run.deadlineUndo', left);
    case 'Stop':
      return phrase('run.deadlineStop', left);
  }
}

/** What is asked at a gate, what could go wrong, and the facts that it stands on; what is unknown of an effect. */
function questionLines(run: Run, {transcript}: LiveRun, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  const need = needOf(run);
  if (need?.kind === 'outcome') return [empty, ...paragraph(maker, say(phrase('run.didItHappen', need.step.title)), 0, 'unknown')];
  if (need?.kind !== 'gate') return [];
  const {gate, step} = need;
  const planned = transcript?.steps?.find(({id}) => id === step.id);
  // Gates for trouble are none of the step's own, and ask what their choices say.
  const isOwn = !gate.id.includes('/');
  const isHuman = step.effect === 'HumanConfirmed';
  const opened = transcript?.entries.findLast(
    ({kind, step: id, data}) => kind === 'gate-opened' && id === step.id && data?.evidenceDigest === gate.evidenceDigest,
  );
  const facts = opened?.data?.facts;
  return [
    empty,
    ...(isOwn ? wordLines(isHuman ? planned?.will : planned?.ask, 'title', maker) : []),
    ...(isOwn ? wordLines(planned?.danger, 'waiting', maker) : []),
    heading(say(phrase('run.gate', gate.id, gate.have, gate.required))),
    ...(isFields(facts) && !isHuman
      ? factLines(facts)
          .slice(0, factLinesMax)
          .flatMap(line => paragraph(maker, line, 3, 'plain'))
      : []),
  ];
}

function wordLines(words: Words | undefined, tone: Tone, maker: LineMaker): readonly PaneLine[] {
  return words === undefined ? [] : paragraph(maker, maker.say(wordsPhrase(words)), 1, tone);
}

/** How somebody without this screen approves. */
function elsewhereLines(run: Run, maker: LineMaker): readonly PaneLine[] {
  const need = needOf(run);
  if (need?.kind !== 'gate' || need.gate.evidenceDigest === '') return [];
  return [
    empty,
    ...paragraph(maker, maker.say(phrase('run.approveElsewhere', run.meta.name)), 1, 'dim'),
    ...approvalManifest(run, need.gate).map((line): PaneLine => ({segments: [{text: `   ${line}`, tone: 'dim'}]})),
  ];
}
