/** The conditions of an object's status, of either style: Deckhouse's own (with lastProbeTime) and Kubernetes'. */
import {readItems, readString, readTime} from './fields.ts';

export type Condition = {
  readonly type: string;
  /** 'True', 'False' or 'Unknown'. */
  readonly status: string;
  /** '' where absent. */
  readonly reason: string;
  readonly message: string;
  /** lastTransitionTime, epoch milliseconds: when the status changed, not when the reason did. */
  readonly since: number | undefined;
  /** lastProbeTime, epoch milliseconds: when it was last written. */
  readonly probedAt: number | undefined;
};

export function readConditions(root: unknown, path = 'status.conditions'): readonly Condition[] {
  return readItems(root, path, item => ({
    type: readString(item, 'type') ?? '',
    status: readString(item, 'status') ?? '',
    reason: readString(item, 'reason') ?? '',
    message: readString(item, 'message') ?? '',
    since: readTime(item, 'lastTransitionTime'),
    probedAt: readTime(item, 'lastProbeTime'),
  }));
}

export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find(condition => condition.type === type);
}
