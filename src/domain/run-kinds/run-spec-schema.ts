/** What a person asks for in a RunbookRun. */
import {abortModes, desiredStates, failurePolicies} from '../run.ts';
import {digest, immutable, integer, list, listByKey, names, object, oneOf, type Schema, text} from './schema.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const yearSeconds = 31_536_000;

const fields: Readonly<Record<string, Schema>> = {
  runbook: object(
    'The runbook to carry out.',
    {
      name: text('Its name, as `deckhand runbook list` prints it.', names.label, {pattern: `^${label}$`}),
      version: {...integer('Where given, the version that the engine must have.', 1), format: 'int32'},
      digest: digest('Where given, the digest of the definition that the engine must have.'),
    },
    {required: ['name']},
  ),
  parameters: {
    type: 'object',
    description: 'The runbook’s parameters, at most 32 KiB; `target` is one of them. No secrets: they name a Secret.',
    maxProperties: 64,
    'x-kubernetes-preserve-unknown-fields': true,
  },
  requestedBy: object(
    'Who asks. Stamped by the API server from Kubernetes 1.36 on; before it, given here and proved by a policy.',
    {
      user: text('As `kubectl auth whoami` prints it.', names.subject),
      groups: list('All of them, as `kubectl auth whoami` prints them.', 256, text('A group.', names.subject)),
    },
    {required: ['user', 'groups']},
  ),
  approvals: listByKey(
    'Who must agree. Without it, what the risk of the runbook asks for.',
    16,
    'gate',
    object(
      'The people one gate waits for.',
      {
        gate: text('The gate; `*` is every gate of the runbook.', names.label, {pattern: `^(\\*|${label})$`}),
        required: {...integer('How many people must approve.', 1, 16), default: 1},
        groups: list('Whose members may approve. Anybody, where neither groups nor users are named.', 32, text('A group.', names.subject)),
        users: list('Who may approve.', 64, text('A user.', names.subject)),
        expiresAfterSeconds: integer('How long an approval counts.', 1, yearSeconds),
      },
      {required: ['gate']},
    ),
  ),
  timeouts: object('Limits that take the place of the runbook’s own.', {
    runSeconds: integer('Of the whole run.', 1, yearSeconds),
    stepSeconds: integer('Of one step’s effect.', 1, yearSeconds),
    verifySeconds: integer('Of the wait until a step’s effect shows.', 1, yearSeconds),
    gateSeconds: integer('Of the wait for a person.', 1, yearSeconds),
  }),
  failurePolicy: oneOf('What follows a step that failed: wait for a person, undo what was done, or end.', failurePolicies, {
    default: 'Pause',
  }),
  undoOf: object(
    'The finished run that this one undoes, planned against the cluster as it is now.',
    {name: text('Its name.', names.object), uid: text('Its uid.', names.uid)},
    {required: ['name', 'uid']},
  ),
  ttlSecondsAfterFinished: integer('When the finished run is removed with its log. Without it the run is kept.', 0, 10 * yearSeconds),
  planDigest: digest('The plan that its requester has seen and agreed to; the engine carries out no other.'),
};

/** The only field that may change: what the run is told while it runs. */
const control: Schema = object(
  'What the run is told to do now.',
  {
    desired: oneOf('Pause takes effect at the next safe point.', desiredStates),
    abortMode: oneOf('How Abort ends the run: at the next safe point, after undoing, or at once.', abortModes),
    by: text('Who says so.', names.subject),
    reason: text('Why.', 256),
  },
  {required: ['desired']},
);

export const runSpecSchema: Schema = object(
  'What is asked for. Nothing of it changes after creation but `control`.',
  {...fields, control},
  {required: ['runbook'], rules: Object.keys(fields).map(field => immutable('spec', field))},
);
