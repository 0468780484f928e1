/** How far the machines of a cloud group are on their way out and in. */
import {humanDuration} from '../domain/age.ts';
import {readString} from '../domain/fields.ts';
import {type InstanceFacts, readInstance} from '../domain/instance.ts';
import {judgeInstance} from '../domain/instance-verdict.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {phrase, say, sayInEnglish} from '../domain/messages/phrase.ts';
import {russian} from '../domain/messages/russian.ts';
import {readNodeGroup} from '../domain/node-group.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {done, failed, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {instanceVersions, nodeGroupKind} from './node-kinds.ts';

/** A machine that goes is drained for so long before its pods are removed by force: what the platform documents. */
export const forcedAfterMs = 5 * 60_000;

export async function instancesOf(reader: Reader, group: string): Promise<readonly KubeObject[]> {
  const kind = await reader.served('deckhouse.io', 'instances', instanceVersions);
  const all = kind === undefined ? [] : await reader.list(kind, {labelSelector: `node.deckhouse.io/group=${group}`});
  return [...all].sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
}

/** Done when none of `old` is left and as many machines run as the group wants. */
export async function followMachines(reader: Reader, group: string, old: readonly string[]): Promise<Progress> {
  const object = await reader.get({kind: nodeGroupKind, name: group});
  if (object === undefined)
    return failed('GroupGone', {
      en: `NodeGroup ${group} is gone: nobody orders new machines`,
      ru: `NodeGroup ${group} больше нет: новые машины никто не закажет`,
    });
  const {error = '', desired = 0, lastFailure} = readNodeGroup(object);
  if (error !== '')
    return failed('GroupError', {
      en: `ordering new machines fails: ${error}`,
      ru: `заказать новые машины не удаётся: ${error}`,
    });
  const instances = (await instancesOf(reader, group)).map(instance => ({name: instance.metadata.name, facts: readInstance(instance)}));
  const left = instances.filter(({name}) => old.includes(name));
  const running = instances.filter(({name, facts}) => !old.includes(name) && isRunning(facts)).length;
  if (left.length === 0 && running >= desired)
    return done({en: `${running} of ${desired} machines run`, ru: `работает машин ${running} из ${desired}`});
  const next = instances.filter(({name, facts}) => (old.includes(name) ? facts.deletion !== undefined : !isRunning(facts)));
  const said = next.slice(0, 3).map(({name, facts}) => joinWords([name, sayInstance(facts, reader.now())], ': '));
  const why = lastFailure?.description ?? '';
  const failure = why === '' || left.length > 0 ? [] : [{en: `last failure: ${why}`, ru: `последняя неудача: ${why}`}];
  const count = {
    en: `${left.length} old left, ${running} new run`,
    ru: `прежних осталось ${left.length}, новых работает ${running}`,
  };
  return waiting(
    {en: `${desired} new machines running`, ru: `новых машин работает: ${desired}`},
    joinWords([count, ...said, ...failure], '; '),
  );
}

/** What an Instance is at, with the moment at which the drain of a machine that goes ends by force. */
export function sayInstance(facts: InstanceFacts, now: number): Words {
  const {reason, word} = judgeInstance(facts);
  const said = {en: reason === undefined ? word : sayInEnglish(reason), ru: say(russian, reason ?? phrase(`verdict.${word}`))};
  if (facts.deletion === undefined) return said;
  const leftMs = facts.deletion.since + forcedAfterMs - now;
  const forced =
    leftMs > 0
      ? {
          en: `pods that stay are removed by force in ${humanDuration(leftMs)}`,
          ru: `оставшиеся поды удалят силой через ${humanDuration(leftMs)}`,
        }
      : {en: 'pods that stayed may be removed by force now', ru: 'оставшиеся поды уже могут удалить силой'};
  return joinWords([said, forced], '; ');
}

function isRunning(facts: InstanceFacts): boolean {
  return facts.phase === 'Running' && facts.deletion === undefined;
}

export function classOf(group: KubeObject): {readonly kind: string; readonly name: string} {
  const path = 'spec.cloudInstances.classReference';
  return {kind: readString(group, `${path}.kind`) ?? '', name: readString(group, `${path}.name`) ?? ''};
}
