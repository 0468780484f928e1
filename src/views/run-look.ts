/** How runs, steps and risks look: a glyph and a tone beside the word, never a colour alone. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Phase, Risk, StepState, StepStatus} from '../domain/run.ts';
import type {RecordedStep, Refused} from '../domain/run-desk.ts';
import type {Words} from '../domain/words.ts';
import type {Glyphs, Tone} from '../ui/theme.ts';

export type Look = {readonly glyph: string; readonly tone: Tone};

/** What our own code said in both languages; what others said, as they said it. */
export function toldPhrase(text: string, words: Words | undefined): Phrase {
  return words === undefined ? phrase('text', text) : wordsPhrase(words);
}

export function refusalPhrase({message, words}: Refused): Phrase {
  return toldPhrase(message, words);
}

/** In the language that is spoken. */
export function wordsPhrase({en, ru}: Words): Phrase {
  return phrase('words', en, ru);
}

/** As its plan has it; the record alone has it in English. */
export function stepTitle({id, title}: StepStatus, steps: readonly RecordedStep[] | undefined): Phrase {
  return toldPhrase(title, steps?.find(step => step.id === id)?.title);
}

export function phaseLook(phase: Phase, {verdict, ghost}: Glyphs): Look {
  switch (phase) {
    case 'Pending':
      return {glyph: verdict.waiting, tone: 'dim'};
    case 'Planning':
    case 'Running':
    case 'Undoing':
      return {glyph: verdict.busy, tone: 'busy'};
    case 'AwaitingApproval':
    case 'Paused':
      return {glyph: verdict.waiting, tone: 'waiting'};
    case 'Succeeded':
      return {glyph: verdict.ok, tone: 'ok'};
    case 'Failed':
      return {glyph: verdict.broken, tone: 'broken'};
    case 'Aborted':
      return {glyph: ghost, tone: 'dim'};
    case 'Unknown':
      return {glyph: verdict.unknown, tone: 'unknown'};
  }
}

export function stepLook(state: StepState, {verdict, ghost}: Glyphs): Look {
  switch (state) {
    case 'Pending':
      return {glyph: ' ', tone: 'dim'};
    case 'Prechecking':
    case 'Acting':
    case 'Verifying':
    case 'Undoing':
      return {glyph: verdict.busy, tone: 'busy'};
    case 'AwaitingApproval':
      return {glyph: verdict.waiting, tone: 'waiting'};
    case 'Succeeded':
      return {glyph: verdict.ok, tone: 'ok'};
    case 'Skipped':
    case 'Undone':
      return {glyph: ghost, tone: 'dim'};
    case 'Failed':
    case 'UndoFailed':
      return {glyph: verdict.broken, tone: 'broken'};
    case 'Unknown':
      return {glyph: verdict.unknown, tone: 'unknown'};
  }
}

export function riskLook(risk: Risk, {verdict}: Glyphs): Look {
  switch (risk) {
    case 'harmless':
      return {glyph: verdict.ok, tone: 'ok'};
    case 'change':
      return {glyph: verdict.waiting, tone: 'waiting'};
    case 'destructive':
      return {glyph: verdict.broken, tone: 'broken'};
  }
}

export function riskPhrase(risk: Risk): Phrase {
  return phrase(`risk.${risk}`);
}
