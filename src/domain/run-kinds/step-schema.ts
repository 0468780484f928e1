/** One step of a run's status. */
import {logPlaceLengthMax, logPlacesMax} from '../log-place.ts';
import {effectClasses, stepStates} from '../run.ts';
import {digest, integer, list, names, object, oneOf, type Rule, type Schema, text, time} from './schema.ts';

/** What is done is done: a step that succeeded is never begun again, not even by a holder that has forgotten it. */
const neverAgain: Rule = {
  rule: "oldSelf.state != 'Succeeded' || self.state in ['Succeeded', 'Undoing', 'Undone', 'UndoFailed']",
  message: 'a step that succeeded never starts again',
};

const sameEffect: Rule = {
  rule: 'has(self.effect) == has(oldSelf.effect) && (!has(self.effect) || self.effect == oldSelf.effect)',
  message: 'the effect class of a step never changes',
};

const intent = object('What was about to be done, written before it was done.', {
  key: text('The same for every attempt at one effect.', 128),
  epoch: integer('The holder’s.', 0),
  attempt: integer('Counted from 1.', 0),
  digest: digest('Of what was about to be sent.'),
  recordedAt: time('When this was written.'),
});

const gate = object('The people that the step waits for.', {
  id: text('What an approval names as its gate.', names.label),
  required: integer('How many people must approve.', 0, 16),
  have: integer('How many have.', 0, 64),
  approvals: list('The RunbookApprovals that count.', 64, text('A name.', names.object)),
  evidenceDigest: digest('The facts on which the decision stands; an approval of other facts is void.'),
  openedAt: text('Since when it waits; empty until somebody has looked at the facts.', 40),
  deadline: time('Until when it waits.'),
  question: text('What is asked.', 512),
  danger: text('What could go wrong.', 512),
  facts: list('What the decision stands on; the log holds it whole.', 40, text('A fact.', 256)),
  waitsFor: text('Whose word opens it.', 512),
  refused: list(
    'The RunbookApprovals of this gate that do not count.',
    16,
    object('One of them.', {
      name: text('Its name.', names.object),
      by: text('Who made it.', names.subject),
      why: text('Why it does not count.', 256),
    }),
  ),
});

export const stepSchema: Schema = object(
  'A step of the plan and how far it is.',
  {
    id: text('Its id in the runbook.', names.label),
    title: text('What it does.', 256),
    index: integer('Its place in the plan.', 0, 100),
    effect: oneOf('How a repeated effect is kept from happening twice.', effectClasses),
    state: oneOf('How far it is.', stepStates),
    intent,
    attempts: integer('How often it was tried.', 0),
    startedAt: time('When it began.'),
    finishedAt: time('When it ended.'),
    deadline: time('The end of the phase that it is in.'),
    nextAttemptAt: time('When it is tried again.'),
    reason: text('Why it is in this state, in one word.', 128),
    message: text('Why it is in this state.', 256),
    messageRu: text('The message in Russian; absent where it is the same.', 512),
    logs: list('The logs that tell more while it waits.', logPlacesMax, text('namespace/pod/container', logPlaceLengthMax)),
    gate,
  },
  {required: ['id', 'state'], rules: [neverAgain, sameEffect]},
);
