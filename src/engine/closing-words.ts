/** What a run that ends before its end leaves behind, by the record: said first to whoever ends it. */
import type {StepStatus} from '../domain/run.ts';
import {asWords, inEnglish, joinWords, type Words} from '../domain/words.ts';
import {clipBytes} from './clip-bytes.ts';
import type {Step} from './define-step.ts';
import {messageBytesMax, russianBytesMax} from './fit-status.ts';

/** Of what else is said as the run ends: who asked for it, and why it failed, stand elsewhere too. */
const saidBytesMin = 32;

/** `said`, with what is left behind; the whole fits a condition where it can. */
export function closingWords(steps: readonly Step[], record: readonly StepStatus[], said: string | Words): Words {
  const left = joinWords(leftBehind(steps, record), '; ');
  const {en, ru} = asWords(said);
  if (left.en === '') return {en, ru};
  return {en: withLeft(en, left.en, messageBytesMax), ru: withLeft(ru, left.ru, russianBytesMax)};
}

function withLeft(said: string, left: string, bytesMax: number): string {
  const room = bytesMax - new TextEncoder().encode(left).length - 2;
  return `${clipBytes(said, Math.max(saidBytesMin, room))}; ${left}`;
}

/** The latest first. */
function leftBehind(steps: readonly Step[], record: readonly StepStatus[]): readonly (string | Words)[] {
  const has = (id: string, fits: (status: StepStatus) => boolean): boolean => record.some(status => status.id === id && fits(status));
  const left = steps.toReversed().flatMap(({id, leaves = []}) => {
    if (!has(id, ({intent, state}) => intent !== undefined && state !== 'Undone')) return [];
    return leaves.filter(({until}) => !until.some(other => has(other, ({state}) => state === 'Succeeded'))).map(({words}) => words);
  });
  return left.filter((words, index) => left.findIndex(other => inEnglish(other) === inEnglish(words)) === index);
}
