/** Finds the object that `parameters.target` names, and pins it by uid. */
import {describeRef, type ObjectRef} from '../domain/object-ref.ts';
import {kindOf, Refusal, type Runbook, type TargetDefinition} from './define-runbook.ts';
import type {Target} from './define-step.ts';
import type {Reader} from './reader.ts';

export async function resolveTarget({target}: Pick<Runbook, 'target'>, text: string, reader: Reader): Promise<Target> {
  const ref = await refOfTarget(target, text, reader);
  const live = await reader.get(ref);
  if (target.kind === 'object' && target.isNew === true) {
    if (live !== undefined)
      throw new Refusal('TargetExists', {
        en: `${describeRef(ref)} exists already: choose another name, or change what is there`,
        ru: `${describeRef(ref)} уже есть: выберите другое имя или измените имеющийся объект`,
      });
    return {ref, uid: ''};
  }
  if (live === undefined)
    throw new Refusal('NoTarget', {
      en: `${describeRef(ref)} does not exist: check the name`,
      ru: `${describeRef(ref)} не существует: проверьте имя`,
    });
  return {ref, uid: live.metadata.uid};
}

async function refOfTarget(target: TargetDefinition, text: string, reader: Reader): Promise<ObjectRef> {
  if (target.kind === 'any') return readAnyTarget(text, reader);
  const served = await reader.served(target.group, target.plural, target.versions);
  if (served === undefined) {
    throw new Refusal('NotServed', {
      en: `the API server does not serve ${target.plural}.${target.group} in a version that this runbook knows (${target.versions.join(', ')})`,
      ru: `API-сервер не обслуживает ${target.plural}.${target.group} в версии, которую знает этот runbook (${target.versions.join(', ')})`,
    });
  }
  return placed(kindOf(target, served.version), text.split('/'), text);
}

/** `deployments.apps/default/web`, `nodes/worker-1`: the resource as kubectl names it, then namespace and name. */
async function readAnyTarget(text: string, reader: Reader): Promise<ObjectRef> {
  const [resource = '', ...rest] = text.split('/');
  const [plural = '', ...group] = resource.split('.');
  const kind = await reader.served(group.join('.'), plural);
  if (kind === undefined) {
    throw new Refusal('NotServed', {
      en: `the API server does not serve ${resource}: name the target as resource.group/namespace/name, such as deployments.apps/default/web`,
      ru: `API-сервер не обслуживает ${resource}: назовите цель как ресурс.группа/namespace/имя, например deployments.apps/default/web`,
    });
  }
  return placed(kind, rest, text);
}

function placed(kind: ObjectRef['kind'], parts: readonly string[], text: string): ObjectRef {
  const [first, second, ...more] = parts;
  if (kind.isNamespaced) {
    if (!first || !second || more.length > 0)
      throw new Refusal(
        'BadParameter',
        {
          en: `parameter target is ${text}: a ${kind.kind} is named as namespace/name`,
          ru: `параметр target равен ${text}: ${kind.kind} называют как namespace/имя`,
        },
        'target',
      );
    return {kind, namespace: first, name: second};
  }
  if (!first || second !== undefined)
    throw new Refusal(
      'BadParameter',
      {
        en: `parameter target is ${text}: a ${kind.kind} has no namespace, name it alone`,
        ru: `параметр target равен ${text}: у ${kind.kind} нет namespace, укажите только имя`,
      },
      'target',
    );
  return {kind, name: first};
}
