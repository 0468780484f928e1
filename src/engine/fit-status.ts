/** Keeps the status of a run within its budget: the write of the final state must always fit. */
import type {RunStatus, StepGate, StepStatus} from '../domain/run.ts';
import {asWords, type Words} from '../domain/words.ts';
import {clipBytes} from './clip-bytes.ts';

const statusBytesMax = 262_144;
/** Of a step's message, and of a condition's. */
export const messageBytesMax = 256;
/** A Cyrillic letter takes two. */
export const russianBytesMax = 512;
const settled: ReadonlySet<StepStatus['state']> = new Set(['Succeeded', 'Skipped', 'Undone']);

/** A message as it stands in the record: English for everybody, and Russian beside it where that is another text. */
export function fitMessage(message: string | Words): {readonly message: string; readonly messageRu?: string} {
  const {en, ru} = asWords(message);
  const fitting = {message: clipBytes(en, messageBytesMax)};
  return en === ru ? fitting : {...fitting, messageRu: clipBytes(ru, russianBytesMax)};
}

/** What a record says, as it was said. */
export function recordedWords({message, messageRu = message}: Pick<StepStatus, 'message' | 'messageRu'>): Words {
  return {en: message, ru: messageRu};
}

/** Messages of steps that are done, and what was asked at their gates, give way; states never do. */
export function fitStatus(status: RunStatus): RunStatus {
  const short = {...status, steps: status.steps.map(fitStep)};
  if (sizeOf(short) <= statusBytesMax) return short;
  const steps = short.steps.map(step => (settled.has(step.state) ? withoutMessage(step) : step));
  return {...short, steps};
}

function fitStep(step: StepStatus): StepStatus {
  return {...step, ...fitMessage(recordedWords(step))};
}

function withoutMessage({messageRu: _, gate, ...step}: StepStatus): StepStatus {
  return {...step, message: '', reason: '', ...(gate === undefined ? {} : {gate: withoutFacts(gate)})};
}

function withoutFacts({
  question: _question,
  danger: _danger,
  facts: _facts,
  waitsFor: _waitsFor,
  refused: _refused,
  ...gate
}: StepGate): StepGate {
  return gate;
}

function sizeOf(status: RunStatus): number {
  return new TextEncoder().encode(JSON.stringify(status)).length;
}
