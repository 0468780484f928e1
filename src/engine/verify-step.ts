/** Waits until the world is as the step wants it: often enough in a row, and not for ever. */

import {logPlaceTexts} from '../domain/log-place.ts';
import {waitText} from '../domain/wait-text.ts';
import {asWords, type Words} from '../domain/words.ts';
import {actsAgain, hasAnswered, pastOf, succeed, verifySeconds} from './act-step.ts';
import type {Progress, Step} from './define-step.ts';
import type {DriveParts} from './drive-parts.ts';
import {failStep} from './fail-step.ts';
import type {Script} from './plan-run.ts';
import {checkInvariants} from './run-checks.ts';
import type {RunRecord} from './run-record.ts';

const againMaxDefault = 3;
const onceMore = 'once more: ';

/** How one step is being waited for; lives as long as this engine looks at it. */
export type Watch = {
  readonly step: string;
  doneInRow: number;
  looks: number;
  /** As written last; a cluster whose kind is older drops them, and they are not written at every look. */
  logs?: readonly string[];
};

/** One look. The pause to the next one is the caller's, who listens for commands meanwhile. */
export async function verifyStep(
  parts: DriveParts,
  record: RunRecord,
  script: Script,
  step: Step,
  watch: Watch,
): Promise<'settled' | 'waiting'> {
  const {verify} = step;
  const status = record.step(step.id);
  await checkInvariants(parts, script);
  // The deadline was set when waiting began: nothing else in the record tells a second try from the first.
  const tried = status.deadline === undefined ? {} : {triedAt: Date.parse(status.deadline) - verifySeconds(parts, record, step) * 1000};
  const answered = status.reason === hasAnswered ? {answer: status.message} : {};
  const past = {...pastOf(record, step.id), ...tried, ...answered};
  const progress: Progress = verify === undefined ? {kind: 'done'} : await verify(parts.reader, past);
  watch.looks += 1;
  switch (progress.kind) {
    case 'done':
      watch.doneInRow += 1;
      if (watch.doneInRow < (step.stableTimes ?? 1)) return 'waiting';
      await succeed(record, step.id, progress.summary ?? '');
      return 'settled';
    case 'failed':
      await failStep(record, script, step.id, progress.reason, progress.message);
      return 'settled';
    case 'again':
      watch.doneInRow = 0;
      delete watch.logs;
      await actAgain(parts, record, script, step, asWords(progress.why));
      return 'waiting';
    case 'waiting':
      watch.doneInRow = 0;
  }
  const text = waitText(progress.wanted, progress.seen);
  if (status.deadline !== undefined && parts.ports.clock.now() >= Date.parse(status.deadline)) {
    await failStep(record, script, step.id, 'TimedOut', text);
    return 'settled';
  }
  const logs = logPlaceTexts(progress.logs ?? []);
  await record.writeMessage(step.id, 'Waiting', text, watch.logs?.join() === logs.join() ? undefined : logs);
  watch.logs = logs;
  return 'waiting';
}

async function actAgain(parts: DriveParts, record: RunRecord, script: Script, step: Step, why: Words): Promise<void> {
  const {attempts} = record.step(step.id);
  const tries = 1 + (await triedAgain(parts, record, step));
  const max = step.againMax ?? againMaxDefault;
  if (tries > max) {
    const message = {en: `${why.en}; it was tried ${tries} times`, ru: `${why.ru}; попыток было: ${tries}`};
    return failStep(record, script, step.id, 'TriedEnough', message);
  }
  record.note('decision', step.id, `${onceMore}${why.en}`);
  // Counted here: what finds nothing to do must not go round for ever.
  await record.writeStep(step.id, {state: 'Pending', reason: actsAgain, message: why, attempts: attempts + 1, deadline: undefined});
}

/** How often since a person last told the step to go on: who asks for another try gets all of them. */
async function triedAgain({store}: DriveParts, record: RunRecord, {id}: Step): Promise<number> {
  await record.flush();
  const own = (await store.readLog(record.run)).filter(({step}) => step === id);
  const since = own.findLastIndex(({kind}) => kind === 'resumed');
  return own.slice(since + 1).filter(({kind, text}) => kind === 'decision' && text.startsWith(onceMore)).length;
}

export function pauseBetween({settings}: DriveParts, {looks}: Watch): number {
  return Math.min(settings.pollMinMs * 2 ** Math.min(looks, 10), settings.pollMaxMs);
}
