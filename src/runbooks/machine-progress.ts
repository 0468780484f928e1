/** How far the machines of a cloud group are on their way out and in. */
import {humanDuration} from '../domain/age.ts';
import {readString} from '../domain/fields.ts';
import {type InstanceFacts, readInstance} from '../domain/instance.ts';
import {judgeInstance} from '../domain/instance-verdict.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {sayInEnglish} from '../domain/messages/phrase.ts';
import {readNodeGroup} from '../domain/node-group.ts';
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
  if (object === undefined) return failed('GroupGone', `NodeGroup ${group} is gone: nobody orders new machines`);
  const {error = '', desired = 0, lastFailure} = readNodeGroup(object);
  if (error !== '') return failed('GroupError', `ordering new machines fails: ${error}`);
  const instances = (await instancesOf(reader, group)).map(instance => ({name: instance.metadata.name, facts: readInstance(instance)}));
  const left = instances.filter(({name}) => old.includes(name));
  const running = instances.filter(({name, facts}) => !old.includes(name) && isRunning(facts)).length;
  if (left.length === 0 && running >= desired) return done(`${running} of ${desired} machines run`);
  const next = instances.filter(({name, facts}) => (old.includes(name) ? facts.deletion !== undefined : !isRunning(facts)));
  const said = next.slice(0, 3).map(({name, facts}) => `${name}: ${sayInstance(facts, reader.now())}`);
  const failure = lastFailure === undefined || left.length > 0 ? [] : [`last failure: ${lastFailure.description}`];
  return waiting(`${desired} new machines running`, [`${left.length} old left, ${running} new run`, ...said, ...failure].join('; '));
}

/** What an Instance is at, with the moment at which the drain of a machine that goes ends by force. */
export function sayInstance(facts: InstanceFacts, now: number): string {
  const {reason, word} = judgeInstance(facts);
  const said = reason === undefined ? word : sayInEnglish(reason);
  if (facts.deletion === undefined) return said;
  const leftMs = facts.deletion.since + forcedAfterMs - now;
  return `${said}; ${leftMs > 0 ? `pods that stay are removed by force in ${humanDuration(leftMs)}` : 'pods that stayed may be removed by force now'}`;
}

function isRunning(facts: InstanceFacts): boolean {
  return facts.phase === 'Running' && facts.deletion === undefined;
}

export function classOf(group: KubeObject): {readonly kind: string; readonly name: string} {
  const path = 'spec.cloudInstances.classReference';
  return {kind: readString(group, `${path}.kind`) ?? '', name: readString(group, `${path}.name`) ?? ''};
}
