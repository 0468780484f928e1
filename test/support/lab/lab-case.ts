/** A lab with a live database, the program that moves it, and a witness of the copies: for one test. */
import {onTestFinished} from 'vitest';
import type {Run} from '../../../src/domain/run.ts';
import type {Program} from '../dashboard.ts';
import {newClass} from '../postgres-drafts.ts';
import {type CarryOptions, LabRuns} from './lab-run.ts';
import {keptElsewhere, untilLive} from './migration.ts';
import {SafetyWitness} from './safety-witness.ts';
import {type Lab, type LabOptions, startLab} from './start-lab.ts';

export type LabCase = {
  readonly lab: Lab;
  readonly witness: SafetyWitness;
  migrate(options?: CarryOptions, storageClass?: string): Promise<Run>;
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
    migrate(carry, storageClass = newClass) {
      ordered += 1;
      const parameters = {target: 'd8-commander/commander-postgres', storageClass, ...keptElsewhere};
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
