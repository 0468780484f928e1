/** A lab with a live database, the program that moves it, and a witness of the copies: for one test. */
import {onTestFinished} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import type {Run} from '../../../src/domain/run.ts';
import type {Program} from '../dashboard.ts';
import {newClass} from '../postgres-drafts.ts';
import {leaderName} from './commander-database.ts';
import {type CarryOptions, LabRuns} from './lab-run.ts';
import {MemberHands} from './member-hands.ts';
import {keptElsewhere, untilLive} from './migration.ts';
import {SafetyWitness} from './safety-witness.ts';
import {type Lab, type LabOptions, startLab} from './start-lab.ts';

export type LabCase = {
  readonly lab: Lab;
  readonly witness: SafetyWitness;
  /** `more`: parameters besides the database and what is kept elsewhere. */
  migrate(options?: CarryOptions, more?: Fields): Promise<Run>;
};

export async function openLabCase(program: Program, options: LabOptions & {readonly instances: number}): Promise<LabCase> {
  const lab = await startLab(options);
  onTestFinished(() => lab.close());
  const runs = await LabRuns.prepare(lab, program);
  onTestFinished(() => runs.close());
  await untilLive(lab, options.instances);
  const witness = SafetyWitness.watch(lab.agent);
  onTestFinished(() => witness.stop());
  let ordered = 0;
  return {
    lab,
    witness,
    migrate(carry, more = {}) {
      ordered += 1;
      const parameters = {target: 'd8-commander/commander-postgres', storageClass: newClass, ...keptElsewhere, ...more};
      return runs.carry({name: `move-${ordered}`, runbook: 'postgres-storage-class', parameters}, carry);
    },
  };
}

/** The step at whose gate the run waits for a person. */
export function gateOf({status}: Run): string | undefined {
  return status.steps.find(({gate}) => gate !== undefined && gate.evidenceDigest !== '' && gate.have < gate.required)?.id;
}

export function stateOf({status}: Run, step: string): string | undefined {
  return status.steps.find(({id}) => id === step)?.state;
}

/** Does something once, at the first look at which it is time. */
export function once(isTime: (run: Run) => boolean, act: (run: Run) => Promise<unknown>): (run: Run) => Promise<void> {
  let isDone = false;
  return async run => {
    if (isDone || !isTime(run)) return;
    isDone = true;
    await act(run);
  };
}

/** The leader's, and those of the replica of two. */
export async function handsOf(lab: Lab): Promise<readonly [MemberHands, MemberHands]> {
  const leader = await leaderName(lab);
  const replica = leader.replace(/[01]$/, ordinal => (ordinal === '0' ? '1' : '0'));
  return [new MemberHands(lab, leader), new MemberHands(lab, replica)];
}
