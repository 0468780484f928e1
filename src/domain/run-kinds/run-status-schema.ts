/** What the holder of a run writes: the plan, how far it is, and what proves it. */
import {phases, risks} from '../run.ts';
import {digest, integer, listByKey, names, object, oneOf, type Rule, type Schema, text, time} from './schema.ts';
import {stepSchema} from './step-schema.ts';

/** A status that was copied from another run is thrown away by a write with the right uid, whatever the other rules say. */
const isOther = 'has(oldSelf.runUID) && has(self.runUID) && self.runUID != oldSelf.runUID';

const rules: readonly Rule[] = [
  {
    rule: `!(has(oldSelf.phase) && oldSelf.phase in ['Succeeded', 'Failed', 'Aborted']) || self == oldSelf || (${isOther})`,
    message: 'the status of a finished run never changes; to undo it, submit a run with undoOf',
  },
  {
    rule: `!has(oldSelf.holder) || has(self.holder) || (${isOther})`,
    message: 'status.holder is kept: its epoch tells a new holder from an old one',
  },
  {
    rule: `!has(oldSelf.steps) || (has(self.steps) && oldSelf.steps.all(before, self.steps.exists(step, step.id == before.id))) || (${isOther})`,
    message: 'a step of the plan never disappears',
  },
];

const holderRule: Rule = {
  rule: '!has(oldSelf.epoch) || (has(self.epoch) && self.epoch >= oldSelf.epoch)',
  message: 'status.holder.epoch never falls: another holder has taken over',
};

const condition: Schema = object(
  'One aspect of the run.',
  {
    type: text('Accepted, DefinitionMatched, Planned, Progressing, WaitingForApproval, Paused, Stalled, Succeeded, Failed.', names.label),
    status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
    reason: text('Why, in one word.', 128),
    message: text('Why.', 4096),
    messageRu: text('The message in Russian; absent where it is the same.', 4096),
    lastTransitionTime: time('When the status last changed.'),
    observedGeneration: integer('The generation that was looked at.', 0),
  },
  {required: ['type', 'status', 'lastTransitionTime']},
);

export const runStatusSchema: Schema = object(
  'How far the run is. Written by its holder only.',
  {
    observedGeneration: integer('The last generation of spec that the holder has answered.', 0),
    runUID: text('The uid of this run; a status with another one counts for nothing.', names.uid),
    phase: oneOf('How far it is, in one word.', phases),
    target: object('The object that the run is about, found once and pinned.', {
      apiVersion: text('Its apiVersion.', 320),
      kind: text('Its kind.', names.label),
      namespace: text('Its namespace.', names.label),
      name: text('Its name.', names.object),
      uid: text('Its uid; empty where the run is to make it.', names.uid),
    }),
    holder: object(
      'Who carries it out.',
      {
        identity: text('The engine.', names.object),
        lease: text('The Lease that it holds.', names.object),
        epoch: integer('One more at every take-over.', 0),
        since: time('When it took over.'),
      },
      {rules: [holderRule]},
    ),
    plan: object('The plan, made once.', {
      runbookVersion: integer('The version of the runbook.', 0),
      definitionDigest: digest('The definition of the runbook; an engine that has another one holds the run.'),
      digest: digest('The plan; approvals name it.'),
      engineVersion: text('Who planned.', 64),
      ref: text('The ConfigMap that holds the plan whole.', names.object),
      risk: oneOf('What it asks for: nothing, a yes, or the name typed.', risks),
    }),
    current: text('The id of the step that it is at.', names.label),
    progress: text('Steps done of all, such as 3/12.', 16),
    steps: listByKey('The plan’s steps in their order.', 100, 'id', stepSchema),
    conditions: listByKey('What holds of the run.', 16, 'type', condition),
    log: object('The run’s log, kept in ConfigMaps.', {
      chunks: integer('How many ConfigMaps there are.', 0),
      head: integer('How many entries there are.', 0),
      headDigest: digest('Of the last entry, which holds the digest of the one before, and so on.'),
    }),
    startedAt: time('When it began.'),
    finishedAt: time('When it ended.'),
  },
  {rules},
);
