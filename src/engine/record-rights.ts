/** What keeping the record of a run takes in the namespace of runs: asked for before the first effect, so that no run stops half-way for it. */
import {approvalKind, runKind} from '../domain/run.ts';
import type {Permission} from './define-runbook.ts';
import {leaseKind} from './lease-record.ts';
import type {Right} from './rights-of.ts';

const needed: readonly Pick<Permission, 'verbs' | 'group' | 'resource'>[] = [
  {verbs: ['patch'], group: runKind.group, resource: runKind.plural},
  {verbs: ['update'], group: runKind.group, resource: `${runKind.plural}/status`},
  {verbs: ['list'], group: approvalKind.group, resource: approvalKind.plural},
  {verbs: ['create', 'update'], group: '', resource: 'configmaps'},
  {verbs: ['create', 'update', 'delete'], group: leaseKind.group, resource: leaseKind.plural},
];

export function recordRights(namespace: string): readonly Right[] {
  return needed.flatMap(({verbs, group, resource}) =>
    verbs.map(verb => {
      const [plural = '', subresource] = resource.split('/');
      const attributes = {verb, group, resource: plural, namespace, ...(subresource === undefined ? {} : {subresource})};
      return {verb, permission: {verbs, group, resource, scope: {namespace}}, attributes};
    }),
  );
}
