/** What can go wrong between a StatefulSet, its claims and its pods, switched on and off while they live. */

export type SetFaults = {
  /** As before 1.20: a pod is made while its old claim is still on its way out, and waits for ever once that is gone. Counted down. */
  pendingRaces?: number | undefined;
  /** Pods of sets before it that the set cannot bring into its own shape, while which it makes no other: by name. One made anew fits. */
  rejectedPods?: readonly string[] | undefined;
  /** Pods are made and placed though their claim is on its way out: they come back on their old disks. */
  reusesLeavingClaims?: boolean | undefined;
};
