/** Follows a run until it has ended or waits for a person, and says in its exit code how that was. */
import process from 'node:process';
import {isFinished, type Run} from '../../domain/run.ts';
import type {RunDesk, RunHandle} from '../../domain/run-desk.ts';
import {visibleText} from '../../ui/width.ts';
import {runText, stepText} from './print-runs.ts';

/** 0 succeeded, 1 failed or aborted, 2 refused before anything was done, 3 waits for a person, 4 nobody can tell what happened. */
export function exitCodeOf({status: {phase, conditions}}: Run): number {
  switch (phase) {
    case 'Succeeded':
      return 0;
    case 'Failed':
      return conditions.some(({type, status: is}) => type === 'Accepted' && is === 'False') ? 2 : 1;
    case 'Aborted':
      return 1;
    case 'Unknown':
      return 4;
    case 'Pending':
    case 'Planning':
    case 'AwaitingApproval':
    case 'Running':
    case 'Paused':
    case 'Undoing':
      return 3;
  }
}

/** A phase in which nothing happens before a person has said something. */
function waitsForPerson({status}: Run): boolean {
  if (status.phase === 'Unknown' || status.phase === 'AwaitingApproval')
    return status.steps.some(({gate}) => gate !== undefined && gate.evidenceDigest !== '');
  const paused = status.conditions.find(({type}) => type === 'Paused');
  return status.phase === 'Paused' && paused?.reason !== 'HolderLeft';
}

export function followRun(desk: RunDesk, handle: RunHandle, isQuiet: boolean): Promise<Run> {
  const told = new Set<string>();
  return awaitRun(desk, handle, run => {
    if (!isQuiet) tellSteps(run, told);
    return isFinished(run) || waitsForPerson(run);
  });
}

/** What was asked for a moment ago comes with the watch. */
export function awaitRun(desk: RunDesk, {name}: RunHandle, isIt: (run: Run) => boolean): Promise<Run> {
  return new Promise((resolve, reject) => {
    let wasSeen = false;
    const look = (): void => {
      const run = desk.runs().find(({meta}) => meta.name === name);
      if (run === undefined && wasSeen) {
        leave();
        reject(new Error(`the run ${name} was deleted before it came to an end`));
      }
      wasSeen ||= run !== undefined;
      if (run === undefined || !isIt(run)) return;
      leave();
      resolve(run);
    };
    const leave = desk.subscribe(look);
    look();
  });
}

function tellSteps(run: Run, told: Set<string>): void {
  for (const step of run.status.steps) {
    const line = stepText(step);
    if (step.state === 'Pending' || told.has(line)) continue;
    told.add(line);
    process.stderr.write(`${visibleText(line)}\n`);
  }
}

export function printRun(run: Run): void {
  process.stdout.write(`${runText(run)}\n`);
}
