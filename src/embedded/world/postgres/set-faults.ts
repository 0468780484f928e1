/** What can go wrong between a StatefulSet, its claims and its pods, switched on and off while they live. */

export type SetFaults = {
  /** As before 1.20: a pod is made while its old claim is still on its way out, and waits for ever once that is gone. Counted down. */
  pendingRaces?: number | undefined;
  /** Pods are made and placed though their claim is on its way out: they come back on their old disks. */
  reusesLeavingClaims?: boolean | undefined;
};
