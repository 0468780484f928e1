/** Ends a run before its last step, and says what it leaves behind: an abort, or its time is over. */
import {closingWords} from './closing-words.ts';
import {Refusal} from './define-runbook.ts';
import type {DriveParts} from './drive-parts.ts';
import {type End, finishRun} from './finish-run.ts';
import {loadScript} from './load-script.ts';
import type {Script} from './plan-run.ts';
import type {RunRecord} from './run-record.ts';

export async function endRun(parts: DriveParts, record: RunRecord, script: Script | undefined, {message, ...end}: End): Promise<void> {
  const known = end.phase === 'Succeeded' ? undefined : (script ?? (await readScript(parts, record)));
  if (!record.isTakenOver) record.takeOver();
  await finishRun(record, {...end, message: await closingWords(record, known?.steps ?? [], message)});
}

/** A run that nobody here can read ends all the same. */
async function readScript(parts: DriveParts, record: RunRecord): Promise<Script | undefined> {
  if (record.run.status.plan === undefined) return undefined;
  try {
    return await loadScript(parts, record);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
