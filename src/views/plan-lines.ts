/** A plan as lines to scroll through: what it costs, what must be so before, and each step with what it would change. */
import {humanDuration} from '../domain/age.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {PlannedStepView, PlanView, PreflightCheck} from '../domain/run-desk.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Theme, Tone} from '../ui/theme.ts';
import {wrapText} from '../ui/wrap.ts';
import {wordsPhrase} from './run-look.ts';

export type LineMaker = {readonly theme: Theme; readonly width: number; say(sentence: Phrase): string};

/** A diff of more lines says that it is long, and how much is left out. */
const diffLinesMax = 60;

export function planLines(plan: PlanView, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  return [
    ...plan.notes.flatMap(note => paragraph(maker, `· ${say(wordsPhrase(note))}`, 1, 'plain')),
    ...(plan.usualSeconds === undefined
      ? paragraph(maker, say(phrase('plan.noUsual')), 1, 'dim')
      : paragraph(maker, say(phrase('plan.usual', humanDuration(plan.usualSeconds * 1000))), 1, 'dim')),
    empty,
    heading(say(phrase('plan.checks'))),
    ...checkLines(plan.checks, maker),
    empty,
    heading(say(phrase('plan.steps', plan.steps.length))),
    ...plan.steps.flatMap((step, index) => stepLines(step, index, maker)),
  ];
}

export function checkLines(checks: readonly PreflightCheck[], maker: LineMaker): readonly PaneLine[] {
  const {theme, say} = maker;
  if (checks.length === 0) return [{segments: [{text: ` ${say(phrase('plan.noChecks'))}`, tone: 'dim'}]}];
  // What fails comes first: there may be many.
  const sorted = [...checks].sort((left, right) => Number(left.state === 'pass') - Number(right.state === 'pass'));
  return sorted.flatMap(({state, text}) =>
    paragraph(
      maker,
      state === 'pass' ? `${theme.glyphs.verdict.ok} ${text}` : `${theme.glyphs.verdict.broken} ${say(phrase('plan.fails'))} ${text}`,
      1,
      state === 'pass' ? 'plain' : 'broken',
    ),
  );
}

function stepLines(step: PlannedStepView, index: number, maker: LineMaker): readonly PaneLine[] {
  const {say, theme} = maker;
  const undo = step.isUndoable ? phrase('plan.undoable') : phrase('plan.notUndoable');
  return [
    {
      segments: [
        {text: ` ${index + 1} `, tone: 'dim'},
        {text: say(wordsPhrase(step.title)), tone: 'title'},
        {text: `  ${say(undo)}`, tone: step.isUndoable ? 'dim' : 'waiting'},
        ...(step.gate === undefined ? [] : [{text: `  ${say(phrase('plan.gate', step.gate))}`, tone: 'waiting' as const}]),
      ],
    },
    ...paragraph(maker, say(wordsPhrase(step.will)), 3, 'plain'),
    ...(step.danger === undefined ? [] : paragraph(maker, `${theme.glyphs.verdict.broken} ${say(wordsPhrase(step.danger))}`, 3, 'waiting')),
    ...previewLines(step, maker),
    ...step.commands.flatMap(command => command.split('\n').map((line): PaneLine => ({segments: [{text: `   $ ${line}`, tone: 'dim'}]}))),
  ];
}

function previewLines({preview}: PlannedStepView, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  switch (preview.kind) {
    case 'no-op':
      return paragraph(maker, say(phrase('plan.noOp')), 3, 'dim');
    case 'not-previewable':
      return paragraph(maker, `? ${say(phrase('plan.notPreviewable', preview.why))}`, 3, 'unknown');
    case 'previewed':
      return preview.changes.flatMap(({what, diff}) => [
        {segments: [{text: `   ${what}`, tone: 'accent' as const}]},
        ...diff.slice(0, diffLinesMax).map(({sign, text}) => diffLine(sign, text, maker)),
        ...(diff.length > diffLinesMax ? paragraph(maker, say(phrase('plan.diffCut', diff.length - diffLinesMax)), 5, 'dim') : []),
      ]);
  }
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
