/** The two kinds that deckhand adds to a cluster: the run, and somebody's yes or no to one of its gates. */
import {approvalKind, runKind} from '../run.ts';
import {approvalSpecSchema} from './approval-schema.ts';
import {type Column, definitionOf, type Manifest} from './definition.ts';
import {runSpecSchema} from './run-spec-schema.ts';
import {runStatusSchema} from './run-status-schema.ts';

const age: Column = {name: 'Age', path: '.metadata.creationTimestamp', type: 'date'};

export const runDefinition: Manifest = definitionOf({
  kind: runKind,
  shortName: 'rbr',
  description: 'A runbook carried out once: what was asked for, the plan, and how far it is.',
  columns: [
    {name: 'Runbook', path: '.spec.runbook.name'},
    {name: 'Target', path: '.spec.parameters.target'},
    {name: 'Phase', path: '.status.phase'},
    {name: 'Progress', path: '.status.progress'},
    {name: 'Step', path: '.status.current'},
    age,
    {name: 'Requested by', path: '.spec.requestedBy.user', isWide: true},
    {name: 'Holder', path: '.status.holder.identity', isWide: true},
    {name: 'Finished', path: '.status.finishedAt', type: 'date', isWide: true},
  ],
  spec: runSpecSchema,
  status: runStatusSchema,
  rules: [{rule: '!has(oldSelf.status) || has(self.status)', message: 'the status of a run is never taken away'}],
});

export const approvalDefinition: Manifest = definitionOf({
  kind: approvalKind,
  shortName: 'rba',
  description: 'One person’s decision at one gate of one run. Made once, never changed.',
  columns: [
    {name: 'Run', path: '.spec.run.name'},
    {name: 'Gate', path: '.spec.gate'},
    {name: 'Kind', path: '.spec.kind'},
    {name: 'Decision', path: '.spec.decision'},
    {name: 'By', path: '.spec.by'},
    age,
    {name: 'Reason', path: '.spec.reason', isWide: true},
    {name: 'Expires', path: '.spec.expiresAt', isWide: true},
  ],
  spec: approvalSpecSchema,
});
