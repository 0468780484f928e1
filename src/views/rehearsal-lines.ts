/** What became of a rehearsal, and what the copy of the cluster could not know. */
import {phrase} from '../domain/messages/phrase.ts';
import type {RehearsalAnswer} from '../domain/run-desk.ts';
import {endOf} from '../domain/run-need.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import {logLines} from './log-lines.ts';
import {empty, heading, type LineMaker, paragraph} from './plan-lines.ts';
import {messagePhrase, recordedPhrase} from './recorded-text.ts';
import {phaseLook, refusalPhrase, stepLook, wordsPhrase} from './run-look.ts';

export function rehearsalLines(answer: RehearsalAnswer | 'running', maker: LineMaker): readonly PaneLine[] {
  const {say, theme} = maker;
  if (answer === 'running') return paragraph(maker, say(phrase('rehearsal.running')), 1, 'busy');
  if (answer.kind === 'refused') {
    return paragraph(maker, `${theme.glyphs.verdict.broken} ${say(phrase('rehearsal.refused', refusalPhrase(answer)))}`, 1, 'broken');
  }
  const {run, entries, unknowable} = answer;
  const {glyph, tone} = phaseLook(run.status.phase, theme.glyphs);
  const end = endOf(run);
  return [
    {
      segments: [{text: ` ${say(phrase('rehearsal.ended'))} `}, {text: `${glyph} ${run.status.phase}`, tone}],
    },
    ...(end === undefined ? [] : paragraph(maker, say(recordedPhrase(end)), 1, tone)),
    ...paragraph(maker, say(phrase('rehearsal.copy')), 1, 'dim'),
    empty,
    heading(say(phrase('rehearsal.unknowable'))),
    ...(unknowable.length === 0
      ? paragraph(maker, say(phrase('rehearsal.nothingUnknowable')), 1, 'dim')
      : unknowable.flatMap(words => paragraph(maker, `? ${say(wordsPhrase(words))}`, 1, 'unknown'))),
    empty,
    heading(say(phrase('rehearsal.steps'))),
    ...run.status.steps.flatMap((step): readonly PaneLine[] => {
      // Passed over once its time was up: nobody was there to do the next thing.
      if (step.state === 'Skipped')
        return [
          {segments: [{text: ' ? ', tone: 'unknown'}, {text: step.title}]},
          ...paragraph(maker, say(phrase('rehearsal.upToPlatform')), 3, 'dim'),
        ];
      const look = stepLook(step.state, theme.glyphs);
      return [
        {segments: [{text: ` ${look.glyph} ${step.state} `, tone: look.tone}, {text: step.title}]},
        ...(step.message === '' ? [] : paragraph(maker, say(messagePhrase(step)), 3, 'dim')),
      ];
    }),
    empty,
    heading(say(phrase('rehearsal.log'))),
    ...logLines(entries, maker),
  ];
}
