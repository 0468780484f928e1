/** Deletes any object, after showing what goes with it. */
import {describeRef} from '../domain/object-ref.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, type Progress, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {isManaged, managedNote, shellTarget} from './any-target.ts';
import {costNotes, costPermissions, deletionCost} from './deletion-cost.ts';
import {heldBy} from './held-by.ts';

/** Without these the cluster or the platform is gone. */
const vital = /^(?:default|kube-system|kube-public|kube-node-lease|d8-system)$/;

export const objectDelete = defineRunbook({
  name: 'object-delete',
  version: 1,
  group: 'generic',
  risk: 'destructive',
  target: {kind: 'any'},
  parameters: {
    cascade: {
      type: 'string',
      default: 'Background',
      words: {
        en: 'what belongs to it: Background deletes it after, Foreground before, Orphan leaves it',
        ru: 'зависимые объекты: Background удалит после, Foreground — до, Orphan оставит',
      },
      choices: async () => ['Background', 'Foreground', 'Orphan'],
      isClosed: true,
    },
  },
  words: {
    title: {en: 'Delete an object', ru: 'Удалить объект'},
    why: {en: 'It is no longer wanted.', ru: 'Он больше не нужен.'},
    will: {
      en: 'The object is deleted, with what belongs to it; the run waits until it is gone.',
      ru: 'Объект и всё, что ему принадлежит, удаляются; запуск ждёт, пока он исчезнет.',
    },
    danger: {
      en: 'Cannot be undone. The journal keeps how the object looked, without its secrets and without what went with it.',
      ru: 'Отменить нельзя. В журнале останется вид объекта, без секретов и без удалённого вместе с ним.',
    },
  },
  permissions: [{verbs: ['get', 'delete'], group: '*', resource: '*', scope: 'target'}, ...costPermissions],
  gather: async (reader, {target}) => {
    const {ref} = target;
    if (ref.kind.group === '' && ref.kind.plural === 'namespaces' && vital.test(ref.name)) {
      throw new Refusal('Vital', {
        en: `namespace ${ref.name} carries the cluster and is not deleted here`,
        ru: `на namespace ${ref.name} держится кластер, здесь его не удаляют`,
      });
    }
    const live = await readTarget(reader, target);
    const cost = await deletionCost(reader, ref, live);
    if (live.metadata.deletionTimestamp !== undefined) {
      const held = cost.finalizers.join(', ');
      throw new Refusal('NothingToDo', {
        en: `${describeRef(ref)} is being deleted already: ${held === '' ? 'wait for it' : `it is held by ${held}`}`,
        ru: `${describeRef(ref)} уже удаляется: ${held === '' ? 'дождитесь конца' : `держат ${held}`}`,
      });
    }
    const owner = live.metadata.ownerReferences?.find(({controller}) => controller === true);
    return {...cost, owner: owner === undefined ? '' : `${owner.kind} ${owner.name}`, isManaged: isManaged(live)};
  },
  notes: ({facts: {owner, isManaged, ...cost}, parameters: {cascade}}) => [
    ...costNotes(cascade === 'Orphan' ? {...cost, taken: {}} : cost),
    ...(owner === '' ? [] : [{en: `${owner} will make a new one in its place.`, ru: `${owner} создаст новый вместо него.`}]),
    ...(isManaged ? [managedNote] : []),
  ],
  steps: ({target, parameters: {cascade}}) => [
    {
      id: 'delete',
      effect: 'K8sCas',
      title: {en: `Delete ${describeRef(target.ref)}`, ru: `Удалить ${describeRef(target.ref)}`},
      will: {en: 'Then wait until it is gone.', ru: 'Затем дождаться, пока он исчезнет.'},
      act: async reader => {
        const live = await reader.get(target.ref);
        const isLeft = live !== undefined && live.metadata.uid === target.uid && live.metadata.deletionTimestamp === undefined;
        return isLeft ? [{kind: 'delete', ref: target.ref, uid: target.uid, propagation: propagationOf(cascade)}] : [];
      },
      verify: reader => followDeletion(reader, target),
      commands: [`kubectl delete ${shellTarget(target.ref)} --cascade="$(echo "$CASCADE" | tr A-Z a-z)"`],
    },
  ],
});

function propagationOf(cascade: string): 'Background' | 'Foreground' | 'Orphan' {
  return cascade === 'Foreground' || cascade === 'Orphan' ? cascade : 'Background';
}

async function followDeletion(reader: Reader, {ref, uid}: Target): Promise<Progress> {
  const live = await reader.get(ref);
  if (live === undefined || live.metadata.uid !== uid) return done({en: 'gone', ru: 'удалён'});
  return waiting({en: `${describeRef(ref)} gone`, ru: `${describeRef(ref)} удалён`}, heldBy(live));
}
