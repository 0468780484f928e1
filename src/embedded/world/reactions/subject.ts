/** What belongs together when somebody changes the world: a module with its settings and releases, a node, a group, a workload. */
import type {KubeObject} from '../../../domain/kube-object.ts';

/** `module/console`, `deployment/shop/web`: the word says who looks after it. */
export type Subject = string;

type Named = {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly ownerReferences?: KubeObject['metadata']['ownerReferences'];
};

/** The kinds that somebody looks after, in the version that is watched. */
export const watchedKinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['deckhouse.io/v1alpha1', 'Module'],
  ['deckhouse.io/v1alpha1', 'ModuleConfig'],
  ['deckhouse.io/v1alpha1', 'ModuleRelease'],
  ['deckhouse.io/v1alpha1', 'ModuleSource'],
  ['deckhouse.io/v1alpha2', 'ModulePullOverride'],
  ['deckhouse.io/v1alpha2', 'ModuleUpdatePolicy'],
  ['deckhouse.io/v1alpha1', 'DeckhouseRelease'],
  ['deckhouse.io/v1', 'NodeGroup'],
  ['deckhouse.io/v1alpha1', 'Instance'],
  ['deckhouse.io/v1alpha2', 'StaticInstance'],
  ['deckhouse.io/v1', 'YandexInstanceClass'],
  ['v1', 'Node'],
  ['v1', 'Pod'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['deckhand.dev/v1alpha1', 'RunbookRun'],
];

const words: Readonly<Record<string, string>> = {
  Module: 'module',
  ModuleConfig: 'module',
  ModulePullOverride: 'module',
  ModuleUpdatePolicy: 'policy',
  ModuleSource: 'source',
  Node: 'node',
  NodeGroup: 'group',
  Instance: 'machine',
  StaticInstance: 'host',
  YandexInstanceClass: 'class',
  RunbookRun: 'errand',
};
const workloadWords: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']);

/** undefined for what nobody looks after. A pod is looked after by its controller. */
export function subjectOf({kind, name, namespace = '', ownerReferences = []}: Named): Subject | undefined {
  if (kind === 'DeckhouseRelease') return 'platform';
  if (kind === 'ModuleRelease') return `module/${name.replace(/-v\d+\.\d+\.\d+.*$/, '')}`;
  if (workloadWords.has(kind)) return `${kind.toLowerCase()}/${namespace}/${name}`;
  if (kind === 'Pod') {
    const owner = ownerReferences.find(({controller}) => controller === true);
    return owner === undefined ? `pod/${namespace}/${name}` : subjectOf({kind: owner.kind, name: owner.name, namespace});
  }
  const word = words[kind];
  return word === undefined ? undefined : `${word}/${name}`;
}

export function subjectOfObject({kind = '', metadata}: KubeObject): Subject | undefined {
  return subjectOf({kind, ...metadata});
}
