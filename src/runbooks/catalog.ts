/** The list of runbooks; one line each. */
import type {Runbook} from '../engine/define-runbook.ts';
import {commanderKeysBackup} from './commander-keys-backup.ts';
import {commanderKeysVerify} from './commander-keys-verify.ts';
import {cronjobSuspend} from './cronjob-suspend.ts';
import {cronjobTrigger} from './cronjob-trigger.ts';
import {deckhouseReleaseApplyNow} from './deckhouse-release-apply-now.ts';
import {deckhouseReleaseApprove} from './deckhouse-release-approve.ts';
import {deckhouseReleaseDisruptionApprove} from './deckhouse-release-disruption-approve.ts';
import {instanceReplace} from './instance-replace.ts';
import {instanceclassEdit} from './instanceclass-edit.ts';
import {moduleDisable} from './module-disable.ts';
import {moduleEnable} from './module-enable.ts';
import {moduleInstall} from './module-install.ts';
import {moduleMaintenance} from './module-maintenance.ts';
import {modulePin} from './module-pin.ts';
import {moduleReleaseApplyNow} from './module-release-apply-now.ts';
import {moduleReleaseApprove} from './module-release-approve.ts';
import {moduleReleaseChannel} from './module-release-channel.ts';
import {moduleReleaseReinstall} from './module-release-reinstall.ts';
import {moduleReleaseUnapprove} from './module-release-unapprove.ts';
import {moduleSettings} from './module-settings.ts';
import {moduleSourceAdd} from './module-source-add.ts';
import {moduleSourceForceDelete} from './module-source-force-delete.ts';
import {moduleSourceSwitch} from './module-source-switch.ts';
import {moduleUnpin} from './module-unpin.ts';
import {moduleUpdatePolicy} from './module-update-policy.ts';
import {nodeCordon} from './node-cordon.ts';
import {nodeDisruptionApprove} from './node-disruption-approve.ts';
import {nodeDrain} from './node-drain.ts';
import {nodeMove} from './node-move.ts';
import {nodeReboot} from './node-reboot.ts';
import {nodeUncordon} from './node-uncordon.ts';
import {nodeUpdateApprove} from './node-update-approve.ts';
import {nodegroupCreate} from './nodegroup-create.ts';
import {nodegroupEdit} from './nodegroup-edit.ts';
import {nodegroupRecreate} from './nodegroup-recreate.ts';
import {objectDelete} from './object-delete.ts';
import {objectEdit} from './object-edit.ts';
import {postgresBackup} from './postgres-backup.ts';
import {postgresRestore} from './postgres-restore.ts';
import {postgresStorageClass} from './postgres-storage-class.ts';
import {postgresStorageClassByRestore} from './postgres-storage-class-by-restore.ts';
import {postgresSwitchover} from './postgres-switchover.ts';
import {postgresVolumeRebind} from './postgres-volume-rebind.ts';
import {staticNodeAdd} from './static-node-add.ts';
import {staticNodeAddSsh} from './static-node-add-ssh.ts';
import {staticNodeAdopt} from './static-node-adopt.ts';
import {staticNodeRemove} from './static-node-remove.ts';
import {workloadImage} from './workload-image.ts';
import {workloadRestart} from './workload-restart.ts';
import {workloadRollback} from './workload-rollback.ts';
import {workloadScale} from './workload-scale.ts';

export const runbooks: readonly Runbook[] = [
  moduleReleaseApprove,
  moduleReleaseUnapprove,
  moduleReleaseApplyNow,
  moduleReleaseReinstall,
  deckhouseReleaseApprove,
  deckhouseReleaseApplyNow,
  deckhouseReleaseDisruptionApprove,
  moduleInstall,
  moduleEnable,
  moduleDisable,
  moduleSourceSwitch,
  moduleUpdatePolicy,
  moduleReleaseChannel,
  moduleMaintenance,
  moduleSettings,
  modulePin,
  moduleUnpin,
  moduleSourceAdd,
  moduleSourceForceDelete,
  nodeDisruptionApprove,
  nodeUpdateApprove,
  nodeCordon,
  nodeUncordon,
  nodeDrain,
  nodeReboot,
  nodeMove,
  instanceReplace,
  nodegroupRecreate,
  nodegroupCreate,
  nodegroupEdit,
  instanceclassEdit,
  objectEdit,
  objectDelete,
  workloadScale,
  workloadRestart,
  workloadRollback,
  workloadImage,
  cronjobTrigger,
  cronjobSuspend,
  staticNodeAdd,
  staticNodeAddSsh,
  staticNodeAdopt,
  staticNodeRemove,
  postgresBackup,
  postgresRestore,
  commanderKeysBackup,
  commanderKeysVerify,
  postgresSwitchover,
  postgresStorageClass,
  postgresVolumeRebind,
  postgresStorageClassByRestore,
];

export function findRunbook(name: string): Runbook | undefined {
  return runbooks.find(runbook => runbook.name === name);
}
