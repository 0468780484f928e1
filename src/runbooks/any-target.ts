/** Targets of any kind: how they are named in a shell, and what is worth saying of them whatever they are. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import type {Words} from '../domain/words.ts';
import type {Reader} from '../engine/reader.ts';

/** Of the label `heritage: deckhouse`. */
export const managedNote: Words = {
  en: 'The platform manages this object and may put it back as it was.',
  ru: 'Этим объектом управляет платформа и может вернуть всё как было.',
};

export function isManaged({metadata}: KubeObject): boolean {
  return metadata.labels?.heritage === 'deckhouse';
}

/** `resource.group/name -n namespace`, made of "$TARGET" by the shell itself. */
export function shellTarget({namespace}: ObjectRef): string {
  const object = `"\${TARGET%%/*}/\${TARGET##*/}"`;
  return namespace === undefined ? object : `${object} -n "$(echo "$TARGET" | cut -d/ -f2)"`;
}

/** For the choices of a form: undefined where the text names nothing yet. */
export async function findAny(reader: Reader, text: string): Promise<KubeObject | undefined> {
  const [resource = '', ...rest] = text.split('/');
  const [plural = '', ...group] = resource.split('.');
  const kind = await reader.served(group.join('.'), plural);
  const name = rest.at(-1) ?? '';
  if (kind === undefined || name === '' || rest.length !== (kind.isNamespaced ? 2 : 1)) return undefined;
  return reader.get({kind, ...(kind.isNamespaced ? {namespace: rest[0] ?? ''} : {}), name});
}
