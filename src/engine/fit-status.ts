/** Keeps the status of a run within its budget: the write of the final state must always fit. */
import type {RunStatus, StepStatus} from '../domain/run.ts';

const statusBytesMax = 262_144;
const messageBytesMax = 256;
const settled: ReadonlySet<StepStatus['state']> = new Set(['Succeeded', 'Skipped', 'Undone']);

/** Messages of steps that are done give way first; states never do. */
export function fitStatus(status: RunStatus): RunStatus {
  const short = {...status, steps: status.steps.map(step => ({...step, message: shorten(step.message)}))};
  if (sizeOf(short) <= statusBytesMax) return short;
  const steps = short.steps.map(({evidence: _, ...step}) => (settled.has(step.state) ? {...step, message: '', reason: ''} : step));
  return {...short, steps};
}

/** At most 256 bytes of UTF-8, never cut inside a character. */
export function shorten(text: string): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= messageBytesMax) return text;
  let kept = '';
  let bytes = encoder.encode('…').length;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > messageBytesMax) break;
    kept += character;
  }
  return `${kept}…`;
}

function sizeOf(status: RunStatus): number {
  return new TextEncoder().encode(JSON.stringify(status)).length;
}
