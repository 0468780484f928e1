/** The list of runbooks; one line each. */
import type {Runbook} from '../engine/define-runbook.ts';
import {deckhouseReleaseApplyNow} from './deckhouse-release-apply-now.ts';
import {deckhouseReleaseApprove} from './deckhouse-release-approve.ts';
import {deckhouseReleaseDisruptionApprove} from './deckhouse-release-disruption-approve.ts';
import {instanceReplace} from './instance-replace.ts';
import {moduleReleaseApplyNow} from './module-release-apply-now.ts';
import {moduleReleaseApprove} from './module-release-approve.ts';
import {moduleReleaseReinstall} from './module-release-reinstall.ts';
import {moduleReleaseUnapprove} from './module-release-unapprove.ts';
import {nodeCordon} from './node-cordon.ts';
import {nodeDisruptionApprove} from './node-disruption-approve.ts';
import {nodeDrain} from './node-drain.ts';
import {nodeReboot} from './node-reboot.ts';
import {nodeUncordon} from './node-uncordon.ts';
import {nodeUpdateApprove} from './node-update-approve.ts';
import {nodegroupRecreate} from './nodegroup-recreate.ts';

export const runbooks: readonly Runbook[] = [
  moduleReleaseApprove,
  moduleReleaseUnapprove,
  moduleReleaseApplyNow,
  moduleReleaseReinstall,
  deckhouseReleaseApprove,
  deckhouseReleaseApplyNow,
  deckhouseReleaseDisruptionApprove,
  nodeDisruptionApprove,
  nodeUpdateApprove,
  nodeCordon,
  nodeUncordon,
  nodeDrain,
  nodeReboot,
  instanceReplace,
  nodegroupRecreate,
];

export function findRunbook(name: string): Runbook | undefined {
  return runbooks.find(runbook => runbook.name === name);
}
