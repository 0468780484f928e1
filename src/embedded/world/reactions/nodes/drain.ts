/** Empties a node: by the Eviction API as long as budgets allow, and by force where the machine goes anyway. */
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {podFate} from '../../../../domain/node-drain.ts';
import {objectKey} from '../../../../domain/object-ref.ts';
import {second} from '../../seeding.ts';
import {refOfObject} from '../../world-client.ts';
import type {Act, ReactionStage} from '../reaction.ts';

export type DrainEnd =
  | {readonly kind: 'drained'}
  | {readonly kind: 'withdrawn'}
  | {readonly kind: 'timed out'; readonly left: readonly string[]};

export type DrainOptions = {
  readonly timeoutMs: number;
  /** What budgets still hold at the end is deleted all the same. */
  readonly isForced?: boolean;
  /** false once nobody wants it any more. */
  isWanted(): Promise<boolean>;
};

const lookMs = second;

export async function* drainNode(stage: ReactionStage, node: string, {timeoutMs, isForced = false, isWanted}: DrainOptions): Act<DrainEnd> {
  const untilMs = stage.nowMs() + timeoutMs;
  for (;;) {
    if (!(await isWanted())) return {kind: 'withdrawn'};
    const {toEvict, leaving} = await podsOn(stage, node);
    if (toEvict.length + leaving.length === 0) return {kind: 'drained'};
    const isOver = stage.nowMs() >= untilMs;
    if (isOver && !isForced) return {kind: 'timed out', left: [...toEvict, ...leaving].map(({metadata}) => objectKey(metadata))};
    for (const pod of toEvict) {
      if (isOver) await stage.client.remove(refOfObject(pod));
      else await stage.client.evict(refOfObject(pod));
    }
    if (isOver && toEvict.length === 0) return {kind: 'drained'};
    yield lookMs;
  }
}

async function podsOn(stage: ReactionStage, node: string) {
  const pods = await podsOfNode(stage, node);
  const sets = await stage.client.list('apps/v1', 'DaemonSet');
  const daemonSets = new Set(sets.map(({metadata}) => `${metadata.namespace ?? ''}/${metadata.name}`));
  // The control plane's own pods are static ones.
  const movable = pods.filter(({metadata}) => metadata.namespace !== 'kube-system');
  return {
    toEvict: movable.filter(pod => podFate(pod, daemonSets) === 'evict'),
    leaving: movable.filter(pod => podFate(pod, daemonSets) === 'leaving'),
  };
}

export function podsOfNode({client}: ReactionStage, node: string): Promise<readonly KubeObject[]> {
  return client.list('v1', 'Pod', undefined, {fieldSelector: `spec.nodeName=${node}`});
}

/** The node has gone, and with it everything that ran there. */
export async function forgetPodsOf(stage: ReactionStage, node: string): Promise<void> {
  for (const pod of await podsOfNode(stage, node)) {
    if ((pod.metadata.finalizers ?? []).length > 0) await stage.client.patch(refOfObject(pod), {metadata: {finalizers: null}});
    await stage.client.remove(refOfObject(pod), {gracePeriodSeconds: 0});
    stage.lookAtOwner(pod);
  }
}
