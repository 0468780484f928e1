/** Kills the engine at every call of its ports, lets the next one go on, answers as the truth is, and tells what should never be. */

import {isFinished, type Run} from '../../src/domain/run.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import type {Fault} from './call-trail.ts';
import {type KitOptions, RunKit} from './run-kit.ts';
import {type Outside, sampleObjects, sampleTarget} from './sample-runbooks.ts';

export type Enumeration = Pick<KitOptions, 'wrapStore' | 'records'> & {
  readonly runbook: Runbook;
  readonly makeOutside: () => Outside;
  /** Effects of a run that nothing disturbs. */
  readonly effects: number;
};

const faultKinds: readonly Fault['kind'][] = ['kill-before', 'kill-after', 'answer-lost'];
/** Questions to a person that one run may bring up. */
const questionsMax = 10;

/** What went wrong, each in a sentence with the fault that brought it up. */
export async function enumerateCrashes(enumeration: Enumeration): Promise<readonly string[]> {
  const {kit} = await carryOut(enumeration, []);
  const wrong: string[] = [];
  for (let call = 1; call <= kit.calls; call += 1) {
    for (const kind of faultKinds) {
      const {run, outside} = await carryOut(enumeration, [{call, kind}]);
      const told = [...doubled(outside), ...short(run, outside, enumeration.effects)];
      wrong.push(...told.map(text => `${kind} at call ${call}: ${text}`));
    }
  }
  return wrong;
}

type Ended = {readonly kit: RunKit; readonly run: Run; readonly outside: Outside};

export async function carryOut(
  {runbook, makeOutside, wrapStore, records = 'cluster'}: Enumeration,
  faults: readonly Fault[],
): Promise<Ended> {
  const outside = makeOutside();
  const kit = await RunKit.start({
    runbooks: [runbook],
    objects: sampleObjects,
    exec: outside.exec,
    records,
    ...(wrapStore === undefined ? {} : {wrapStore}),
  });
  await kit.submit(runbook.name, sampleTarget);
  kit.strikeAt(...faults);
  for (let question = 0; question < questionsMax; question += 1) {
    const run = await kit.driveToEnd();
    if (isFinished(run)) return {kit, run, outside};
    await answerTruthfully(kit, run, outside, question);
  }
  throw new Error(`the run asks for ever: ${JSON.stringify((await kit.run()).status.steps)}`);
}

/** `outcome/…`: did it happen? Of a step that failed one looks whether it did, and tries again where it did not. */
async function answerTruthfully(kit: RunKit, run: Run, outside: Outside, question: number): Promise<void> {
  const step = run.status.steps.find(({id}) => id === run.status.current);
  const hasHappened = outside.happened.includes(step?.intent?.key ?? '');
  if (step?.state === 'Failed' && !hasHappened) await kit.control({desired: 'Run', reason: `again, ${question}`});
  else await kit.consent(run.meta.name, {decision: hasHappened ? 'Approve' : 'Reject', reason: 'looked at it'});
}

function doubled({happened}: Outside): readonly string[] {
  return happened.filter((key, index) => happened.indexOf(key) !== index).map(key => `${key} happened twice`);
}

function short({status}: Run, {happened}: Outside, effects: number): readonly string[] {
  if (status.phase !== 'Succeeded') return [`the run ended ${status.phase}: ${status.steps.map(({message}) => message).join('; ')}`];
  return new Set(happened).size === effects ? [] : [`${new Set(happened).size} of ${effects} effects happened`];
}
