/** Keeps the status of a run within its budget: the write of the final state must always fit. */
import type {RunStatus, StepStatus} from '../domain/run.ts';
import {clipBytes} from './clip-bytes.ts';

const statusBytesMax = 262_144;
/** Of a step's message, and of a condition's. */
export const messageBytesMax = 256;
const settled: ReadonlySet<StepStatus['state']> = new Set(['Succeeded', 'Skipped', 'Undone']);

/** Messages of steps that are done give way first; states never do. */
export function fitStatus(status: RunStatus): RunStatus {
  const short = {...status, steps: status.steps.map(step => ({...step, message: clipBytes(step.message, messageBytesMax)}))};
  if (sizeOf(short) <= statusBytesMax) return short;
  const steps = short.steps.map(({evidence: _, ...step}) => (settled.has(step.state) ? {...step, message: '', reason: ''} : step));
  return {...short, steps};
}

function sizeOf(status: RunStatus): number {
  return new TextEncoder().encode(JSON.stringify(status)).length;
}
