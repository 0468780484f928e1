/** What an edit of a node group costs its nodes, by the platform's own table; what the table leaves out is unknown, never free. */
import {canonicalJson} from './canonical-json.ts';
import {type Fields, isFields, readNumber, readString} from './fields.ts';
import type {Words} from './words.ts';

export type Cost = 'none' | 'disruption' | 'recreate' | 'kubelet-restart' | 'removal' | 'unknown';

export type FieldCost = {
  /** Dotted, below spec. */
  readonly path: string;
  readonly cost: Cost;
};

/** The longest path that fits counts. */
const table: readonly (readonly [path: string, cost: Cost])[] = [
  ['chaos', 'none'],
  ['cloudInstances.classReference', 'recreate'],
  ['cloudInstances.maxSurgePerZone', 'none'],
  ['cri.containerd.maxConcurrentDownloads', 'kubelet-restart'],
  ['cri.type', 'disruption'],
  ['disruptions', 'none'],
  ['kubelet.maxPods', 'kubelet-restart'],
  ['kubelet.rootDir', 'kubelet-restart'],
  ['nodeTemplate', 'none'],
  ['update.maxConcurrent', 'none'],
];

/** Bounds that say how many machines there may be, and take some away when they fall. */
const bounds: readonly string[] = ['cloudInstances.minPerZone', 'cloudInstances.maxPerZone', 'staticInstances.count'];

/** One entry for each field that differs between two specs. */
export function nodeGroupCosts(before: Fields, after: Fields): readonly FieldCost[] {
  return changedPaths(before, after, '').map(path => ({path, cost: costOf(path, before, after)}));
}

function costOf(path: string, before: Fields, after: Fields): Cost {
  if (bounds.includes(path)) {
    const isLower = (readNumber(after, path) ?? 0) < (readNumber(before, path) ?? 0);
    return isLower && path !== 'cloudInstances.minPerZone' ? 'removal' : 'none';
  }
  if (path === 'cri.type' && readString(after, 'cri.type') === 'NotManaged') return 'none';
  const row = table.find(([known]) => path === known || path.startsWith(`${known}.`));
  return row?.[1] ?? 'unknown';
}

/** Down to the fields; a list or a value of another type differs as a whole. */
function changedPaths(before: unknown, after: unknown, path: string): readonly string[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const [left, right] = [before ?? {}, after ?? {}];
  if (!isFields(left) || !isFields(right)) return [path];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  const below = names.flatMap(name => changedPaths(left[name], right[name], path === '' ? name : `${path}.${name}`));
  return below.length === 0 ? [path] : below;
}

/** One sentence for each kind of cost, the dearest first. */
export function costWords(costs: readonly FieldCost[]): readonly Words[] {
  const order: readonly Cost[] = ['recreate', 'removal', 'disruption', 'kubelet-restart', 'unknown', 'none'];
  return order.flatMap(cost => {
    const paths = costs.filter(each => each.cost === cost).map(each => each.path);
    return paths.length === 0 ? [] : [sayCost(cost, paths.join(', '))];
  });
}

function sayCost(cost: Cost, paths: string): Words {
  switch (cost) {
    case 'recreate':
      return {
        en: `${paths}: every machine of the group is re-created, a few at a time (maxSurgePerZone).`,
        ru: `${paths}: все машины группы будут пересозданы, по нескольку за раз (maxSurgePerZone).`,
      };
    case 'removal':
      return {
        en: `${paths}: a lower bound takes nodes away where there are more; which ones, the platform picks.`,
        ru: `${paths}: если узлов больше новой границы, лишние будут удалены; какие — выбирает платформа.`,
      };
    case 'disruption':
      return {
        en: `${paths}: the nodes are disrupted one by one, each after its approval.`,
        ru: `${paths}: узлы обновятся с прерыванием работы, по одному, каждый после подтверждения.`,
      };
    case 'kubelet-restart':
      return {
        en: `${paths}: the kubelet restarts on every node; pods keep running.`,
        ru: `${paths}: kubelet перезапустится на каждом узле; поды продолжат работать.`,
      };
    case 'unknown':
      return {
        en: `${paths}: what this costs the nodes is not documented. Expect a disruption.`,
        ru: `${paths}: влияние на узлы не документировано. Будьте готовы к прерыванию.`,
      };
    case 'none':
      return {en: `${paths}: the nodes are not disturbed.`, ru: `${paths}: узлы не затрагиваются.`};
  }
}
