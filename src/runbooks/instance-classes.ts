/** The instance classes of all providers: one kind each, of which a cluster serves those of its own. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {KindRef} from '../domain/object-ref.ts';
import type {Permission} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';

const providers: readonly string[] = [
  'OpenStack',
  'GCP',
  'Vsphere',
  'AWS',
  'Yandex',
  'Azure',
  'VCD',
  'Zvirt',
  'Dynamix',
  'HuaweiCloud',
  'DVP',
];

export const classPlurals: readonly string[] = providers.map(provider => pluralOf(`${provider}InstanceClass`));

export const readClasses: readonly Permission[] = classPlurals.map(resource => ({verbs: ['get', 'list'], group: 'deckhouse.io', resource}));
export const patchClasses: readonly Permission[] = classPlurals.map(resource => ({
  verbs: ['get', 'patch'],
  group: 'deckhouse.io',
  resource,
  isOfTargetKind: true,
}));

/** `YandexInstanceClass/worker` for each class there is. */
export async function classNames(reader: Reader): Promise<readonly string[]> {
  const names: string[] = [];
  for (const plural of classPlurals) {
    const kind = await servedClass(reader, plural);
    if (kind !== undefined) names.push(...(await reader.list(kind)).map(({metadata}) => `${kind.kind}/${metadata.name}`));
  }
  return names;
}

export async function findClass(reader: Reader, kindName: string, name: string): Promise<KubeObject | undefined> {
  const plural = pluralOf(kindName);
  const kind = classPlurals.includes(plural) ? await servedClass(reader, plural) : undefined;
  return kind && (await reader.get({kind, name}));
}

async function servedClass(reader: Reader, plural: string): Promise<KindRef | undefined> {
  return await reader.served('deckhouse.io', plural);
}

function pluralOf(kind: string): string {
  return `${kind.toLowerCase()}es`;
}
