/** How far a node is with the configuration of its group, in the words of Deckhouse's metric `node_group_node_status`. */
import type {ApprovalMode} from './node-group.ts';

export type NodeUpdateState =
  | 'WaitingForApproval'
  | 'DrainingForDisruption'
  | 'Draining'
  | 'Drained'
  | 'WaitingForDisruptionApproval'
  | 'WaitingForManualDisruptionApproval'
  | 'DisruptionApproved'
  | 'Approved'
  | 'UpdateFailedNoConfigChecksum'
  | 'ToBeUpdated'
  | 'UpToDate'
  | 'Unknown';

/** Presence of the annotations `update.node.deckhouse.io/…`; their values do not count here. */
export type NodeUpdateMarks = {
  readonly isWaitingForApproval: boolean;
  readonly isApproved: boolean;
  readonly isDisruptionRequired: boolean;
  readonly isDisruptionApproved: boolean;
  readonly isDraining: boolean;
  readonly isDrained: boolean;
  /** `node.deckhouse.io/configuration-checksum`: what is applied. */
  readonly checksum: string | undefined;
};

/**
 * The first rule that holds, in the metric's own order. `mode` and `desiredChecksum` are undefined where they cannot be
 * read; only the states that depend on them are unknown then.
 */
export function nodeUpdateState(
  marks: NodeUpdateMarks,
  mode: ApprovalMode | undefined,
  desiredChecksum: string | undefined,
): NodeUpdateState {
  const isDisruptionPending = marks.isApproved && marks.isDisruptionRequired;
  if (marks.isWaitingForApproval) return 'WaitingForApproval';
  if (isDisruptionPending && marks.isDraining) return 'DrainingForDisruption';
  if (marks.isDraining) return 'Draining';
  if (marks.isDrained) return 'Drained';
  if (isDisruptionPending && mode === undefined) return 'Unknown';
  if (isDisruptionPending && mode === 'Automatic') return 'WaitingForDisruptionApproval';
  if (isDisruptionPending && mode === 'Manual') return 'WaitingForManualDisruptionApproval';
  if (marks.isApproved && marks.isDisruptionApproved) return 'DisruptionApproved';
  if (marks.isApproved) return 'Approved';
  if (marks.checksum === undefined || marks.checksum === '') return 'UpdateFailedNoConfigChecksum';
  if (desiredChecksum === undefined || desiredChecksum === '') return 'Unknown';
  return marks.checksum === desiredChecksum ? 'UpToDate' : 'ToBeUpdated';
}
