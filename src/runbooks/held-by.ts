/** What holds an object that is being deleted. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {Words} from '../domain/words.ts';

export function heldBy({metadata}: KubeObject): Words {
  const held = metadata.finalizers?.join(', ') ?? '';
  return held === '' ? {en: 'being deleted', ru: 'удаляется'} : {en: `held by ${held}`, ru: `держит ${held}`};
}
