/** What a run that ends before its end leaves behind, by the record: said first to whoever ends it. */
import type {StepStatus} from '../domain/run.ts';
import {clipBytes} from './clip-bytes.ts';
import type {Step} from './define-step.ts';
import {messageBytesMax} from './fit-status.ts';

/** Of what else is said as the run ends: who asked for it, and why it failed, stand elsewhere too. */
const saidBytesMin = 32;

/** `said`, with what is left behind; the whole fits a condition where it can. */
export function closingWords(steps: readonly Step[], record: readonly StepStatus[], said: string): string {
  const left = leftBehind(steps, record).join('; ');
  if (left === '') return said;
  const room = messageBytesMax - new TextEncoder().encode(left).length - 2;
  return `${clipBytes(said, Math.max(saidBytesMin, room))}; ${left}`;
}

/** The latest first. */
function leftBehind(steps: readonly Step[], record: readonly StepStatus[]): readonly string[] {
  const has = (id: string, fits: (status: StepStatus) => boolean): boolean => record.some(status => status.id === id && fits(status));
  const left = steps.toReversed().flatMap(({id, leaves = []}) => {
    if (!has(id, ({intent, state}) => intent !== undefined && state !== 'Undone')) return [];
    return leaves.filter(({until}) => !until.some(other => has(other, ({state}) => state === 'Succeeded'))).map(({words}) => words);
  });
  return [...new Set(left)];
}
