/** Labels, annotations and taints that a group gives to its nodes; what it gave before and gives no more is taken away. */
import {type Fields, isFields, readFields, readList} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {isPatched} from '../../../../domain/merge-patch.ts';
import {nodeRef} from '../../node-shape.ts';
import type {ReactionStage} from '../reaction.ts';

const appliedAnnotation = 'node.deckhouse.io/last-applied-node-template';

export async function applyTemplate(stage: ReactionStage, group: KubeObject, node: string): Promise<void> {
  const live = await stage.client.find(nodeRef(node));
  if (live === undefined) return;
  const wanted = readFields(group, 'spec.nodeTemplate');
  const before = parse(live.metadata.annotations?.[appliedAnnotation]);
  const applied = {
    labels: readFields(wanted, 'labels'),
    annotations: readFields(wanted, 'annotations'),
    taints: readList(wanted, 'taints'),
  };
  const patch = {
    metadata: {
      labels: changed(readFields(before, 'labels'), applied.labels),
      annotations: {...changed(readFields(before, 'annotations'), applied.annotations), [appliedAnnotation]: JSON.stringify(applied)},
    },
    spec: {taints: taintsAfter(readList(live, 'spec.taints'), readList(before, 'taints'), applied.taints)},
  };
  if (!isPatched(live, patch)) await stage.client.patch(nodeRef(node), patch);
}

function changed(before: Fields, after: Fields): Fields {
  const gone = Object.keys(before).filter(key => !(key in after));
  return {...Object.fromEntries(gone.map(key => [key, null])), ...after};
}

function taintsAfter(live: readonly unknown[], before: readonly unknown[], after: readonly unknown[]): readonly unknown[] | null {
  const idOf = (taint: unknown) => (isFields(taint) ? `${String(taint.key)}/${String(taint.effect)}` : '');
  const ours = new Set([...before, ...after].map(idOf));
  const taints = [...live.filter(taint => !ours.has(idOf(taint))), ...after];
  return taints.length === 0 ? null : taints;
}

function parse(text: string | undefined): Fields {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
