/** The list of runbooks; one line each. */
import type {Runbook} from '../engine/define-runbook.ts';
import {moduleReleaseApprove} from './module-release-approve.ts';
import {nodeCordon} from './node-cordon.ts';

export const runbooks: readonly Runbook[] = [moduleReleaseApprove, nodeCordon];

export function findRunbook(name: string): Runbook | undefined {
  return runbooks.find(runbook => runbook.name === name);
}
