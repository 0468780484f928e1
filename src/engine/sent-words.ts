/** What became of an effect that was sent, in the words that a step ends with: of a write, which object it was. */
import type {Effect} from '../domain/kube-write.ts';
import {describeRef} from '../domain/object-ref.ts';
import type {Words} from '../domain/words.ts';
import {goneAlready} from './perform-effect.ts';

const verbs = {
  patch: {en: 'patched', ru: 'изменён'},
  replace: {en: 'replaced', ru: 'заменён'},
  create: {en: 'created', ru: 'создан'},
  delete: {en: 'deleted', ru: 'удалён'},
  evict: {en: 'evicted', ru: 'выселен'},
} as const satisfies Readonly<Record<string, Words>>;

/** `answer`: what the server or the command said. */
export function sentWords(effect: Effect, answer: string): string | Words {
  if (effect.kind === 'exec' || effect.kind === 'save') return answer;
  const what = describeRef(effect.ref);
  if (answer === goneAlready) return {en: `${what} was gone already`, ru: `${what}: уже нет`};
  return {en: `${verbs[effect.kind].en} ${what}`, ru: `${verbs[effect.kind].ru} ${what}`};
}
