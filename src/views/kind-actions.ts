/** Actions of kinds that have no view of their own, and of every object whatever its kind. */
import {phrase} from '../domain/messages/phrase.ts';
import {type Resource, resourceName} from '../domain/resource.ts';
import type {Action} from './action.ts';

const scale: Action = {keys: ['s'], title: phrase('action.scale'), runbook: 'workload-scale', isMain: true};
const restart: Action = {keys: ['R'], title: phrase('action.restart'), runbook: 'workload-restart', isMain: true};
const rollback: Action = {keys: ['B'], title: phrase('action.rollback'), runbook: 'workload-rollback', isAsking: true};
const image: Action = {keys: ['i'], title: phrase('action.image'), runbook: 'workload-image'};
const rolling = [restart, rollback, image];

const byKind: Readonly<Record<string, readonly Action[]>> = {
  'deployments.apps': [scale, ...rolling],
  'statefulsets.apps': [scale, ...rolling],
  'replicasets.apps': [scale],
  'daemonsets.apps': rolling,
  'cronjobs.batch': [
    {keys: ['t'], title: phrase('action.trigger'), runbook: 'cronjob-trigger', isMain: true},
    {keys: ['s'], title: phrase('action.suspend'), runbook: 'cronjob-suspend', isAsking: true, isMain: true},
  ],
  'staticinstances.deckhouse.io': [{keys: ['X'], title: phrase('action.remove'), runbook: 'static-node-remove'}],
};

/** Written by the platform alone, or not to be written into a run. */
const noEdit: ReadonlySet<string> = new Set(['modules.deckhouse.io', 'instances.deckhouse.io', 'secrets', 'events']);

/** Modules and Instances are the platform's: nobody makes or deletes them by hand. */
const noDeletion: ReadonlySet<string> = new Set(['modules.deckhouse.io', 'instances.deckhouse.io']);

const remove: Action = {keys: ['ctrl-d'], title: phrase('action.delete'), runbook: 'object-delete'};

const edit: Action = {keys: ['e', 'ctrl-e'], title: phrase('action.edit'), runbook: 'object-edit', edit: 'json-patch'};
const editClass: Action = {...edit, runbook: 'instanceclass-edit', edit: 'merge-patch', isMain: true};
const editGroup: Action = {...edit, runbook: 'nodegroup-edit', edit: 'merge-patch', isMain: true};

export function actionsOfKind(resource: Resource): readonly Action[] {
  const name = resourceName(resource);
  const mayDelete = resource.verbs.includes('delete') && !noDeletion.has(name);
  return [...(byKind[name] ?? []), ...editsOf(resource, name), ...(mayDelete ? [remove] : [])];
}

/** Node groups and instance classes are edited with their cost shown first. */
function editsOf({group, plural, verbs}: Resource, name: string): readonly Action[] {
  if (!verbs.includes('patch') || noEdit.has(name) || group === 'deckhand.dev') return [];
  if (name === 'nodegroups.deckhouse.io') return [editGroup];
  return group === 'deckhouse.io' && plural.endsWith('instanceclasses') ? [editClass] : [edit];
}
