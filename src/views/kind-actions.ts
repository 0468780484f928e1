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

/** Modules and Instances are the platform's: nobody makes or deletes them by hand. */
const noDeletion: ReadonlySet<string> = new Set(['modules.deckhouse.io', 'instances.deckhouse.io']);

const remove: Action = {keys: ['ctrl-d'], title: phrase('action.delete'), runbook: 'object-delete'};

export function actionsOfKind(resource: Resource): readonly Action[] {
  const name = resourceName(resource);
  const mayDelete = resource.verbs.includes('delete') && !noDeletion.has(name);
  return [...(byKind[name] ?? []), ...(mayDelete ? [remove] : [])];
}
