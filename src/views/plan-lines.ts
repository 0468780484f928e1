/** A plan as lines to scroll through: what it costs, what must be so before, and each step with what it would change. */
import {humanDuration} from '../domain/age.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {PlannedStepView, PlanView, PreflightCheck} from '../domain/run-desk.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Theme, Tone} from '../ui/theme.ts';
import {wrapText} from '../ui/wrap.ts';
import {toldPhrase, wordsPhrase} from './run-look.ts';

export type LineMaker = {readonly theme: Theme; readonly width: number; say(sentence: Phrase): string};

/** A diff of more lines says that it is long, and how much is left out. */
const diffLinesMax = 60;

export function planLines(plan: PlanView, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  return [
    ...plan.notes.flatMap(note => paragraph(maker, `· ${say(wordsPhrase(note))}`, 1, 'plain')),
    ...paragraph(maker, say(timePhrase(plan)), 1, 'dim'),
    empty,
    heading(say(phrase('plan.checks'))),
    ...checkLines(plan.checks, maker),
    empty,
    heading(say(phrase('plan.steps', plan.steps.length))),
    ...plan.steps.flatMap((step, index) => stepLines(step, index, maker)),
  ];
}

function timePhrase({usualSeconds, usualOf}: PlanView): Phrase {
  if (usualSeconds === undefined) return phrase('plan.noUsual');
  return phrase(usualOf === 1 ? 'plan.lastTime' : 'plan.usual', humanDuration(usualSeconds * 1000));
}

export function checkLines(checks: readonly PreflightCheck[], maker: LineMaker): readonly PaneLine[] {
  const {theme, say} = maker;
  if (checks.length === 0) return [{segments: [{text: ` ${say(phrase('plan.noChecks'))}`, tone: 'dim'}]}];
  const failing = checks.filter(({state}) => state === 'fail');
  const passing = checks.filter(({state}) => state === 'pass');
  return [
    ...failing.flatMap(({text, words}) =>
      paragraph(maker, `${theme.glyphs.verdict.broken} ${say(phrase('plan.fails'))} ${say(toldPhrase(text, words))}`, 1, 'broken'),
    ),
    ...passingLines(
      passing,
      failing.some(({isRight}) => isRight),
      maker,
    ),
  ];
}

/** All on as few lines as they take: there is nothing to do about them. Rights are counted; where one is missing, only that is told. */
function passingLines(passing: readonly PreflightCheck[], areRightsMissing: boolean, maker: LineMaker): readonly PaneLine[] {
  const {glyphs} = maker.theme;
  const rights = new Set(passing.filter(({isRight}) => isRight).map(({text}) => text)).size;
  const others = passing.filter(({isRight}) => isRight !== true).map(({text, words}) => maker.say(toldPhrase(text, words)));
  const said = [...(rights === 0 || areRightsMissing ? [] : [maker.say(phrase('plan.rights', rights))]), ...new Set(others)];
  if (said.length === 0) return [];
  const [first, ...more] = paragraph({...maker, width: maker.width - 3}, said.join(' · '), 0, 'plain');
  const mark = {text: ` ${glyphs.verdict.ok} `, tone: 'ok' as const};
  return [{segments: [mark, ...(first?.segments ?? [])]}, ...more.map(line => ({segments: [{text: '   '}, ...line.segments]}))];
}

function stepLines(step: PlannedStepView, index: number, maker: LineMaker): readonly PaneLine[] {
  const {say, theme} = maker;
  const isCalm = step.isUndoable || step.isHarmless === true;
  const undo = step.isUndoable ? 'plan.undoable' : isCalm ? 'plan.nothingToUndo' : 'plan.notUndoable';
  return [
    {
      segments: [
        {text: ` ${index + 1} `, tone: 'dim'},
        {text: say(wordsPhrase(step.title)), tone: 'title'},
        {text: `  ${say(phrase(undo))}`, tone: isCalm ? 'dim' : 'waiting'},
        ...(step.gate === undefined ? [] : [{text: `  ${say(phrase('plan.gate', step.gate))}`, tone: 'waiting' as const}]),
      ],
    },
    ...paragraph(maker, say(wordsPhrase(step.will)), 3, 'plain'),
    ...(step.danger === undefined ? [] : paragraph(maker, `${theme.glyphs.verdict.broken} ${say(wordsPhrase(step.danger))}`, 3, 'waiting')),
    ...previewLines(step, maker),
  ];
}

/** With the same by hand: exactly where what will be sent is known, else as the runbook has it. */
function previewLines({preview, commands}: PlannedStepView, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  switch (preview.kind) {
    case 'no-op':
      return paragraph(maker, say(phrase('plan.noOp')), 3, 'dim');
    case 'later':
      return [...paragraph(maker, say(phrase('plan.later')), 3, 'dim'), ...commands.flatMap(commandLines)];
    case 'not-previewable':
      return [
        ...paragraph(maker, `? ${say(phrase('plan.notPreviewable', toldPhrase(preview.why, preview.words)))}`, 3, 'unknown'),
        ...commands.flatMap(commandLines),
      ];
    case 'previewed':
      return preview.changes.flatMap(({what, command, diff}) => [
        {segments: [{text: `   ${what}`, tone: 'accent' as const}]},
        ...diff.slice(0, diffLinesMax).map(({sign, text}) => diffLine(sign, text, maker)),
        ...(diff.length > diffLinesMax ? paragraph(maker, say(phrase('plan.diffCut', diff.length - diffLinesMax)), 5, 'dim') : []),
        ...commandLines(command),
      ]);
  }
}

/** `$TARGET` and its like stand for parameters. */
function commandLines(command: string): readonly PaneLine[] {
  return command.split('\n').map((line, index): PaneLine => ({segments: [{text: `   ${index === 0 ? '$' : ' '} ${line}`, tone: 'dim'}]}));
}

/** Without colours a word stands beside the sign. */
function diffLine(sign: '+' | '-' | ' ', text: string, {theme, say}: LineMaker): PaneLine {
  const isPlain = theme.level === 'none';
  const word = sign === '+' ? phrase('plan.added') : phrase('plan.removed');
  const mark = sign === ' ' || !isPlain ? sign : `${sign} ${say(word)}`;
  const tone: Tone = sign === '+' ? 'ok' : sign === '-' ? 'broken' : 'dim';
  return {segments: [{text: `     ${mark} ${text}`, tone}]};
}

export const empty: PaneLine = {segments: []};

export function heading(text: string): PaneLine {
  return {segments: [{text, tone: 'title'}]};
}

/** Wrapped within the pane, whose frame takes three columns. */
export function paragraph({width}: LineMaker, text: string, indent: number, tone: Tone): readonly PaneLine[] {
  return wrapText(text, width - 3 - indent).map(line => ({segments: [{text: ' '.repeat(indent) + line, tone}]}));
}
