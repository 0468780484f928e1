/** What a RunbookApproval says. */
import {digest, list, names, object, oneOf, type Schema, text, time} from './schema.ts';

export const approvalSpecSchema: Schema = object(
  'The decision. It never changes after creation.',
  {
    run: object(
      'The run that it is about.',
      {name: text('Its name.', names.object), uid: text('Its uid.', names.uid)},
      {required: ['name', 'uid']},
    ),
    gate: text('The gate of the run.', names.label),
    kind: oneOf('Approval by somebody else than the requester, or the requester’s own Consent.', ['Approval', 'Consent'], {
      default: 'Approval',
    }),
    planDigest: digest('The plan that was looked at: status.plan.digest of the run.'),
    evidenceDigest: digest('The facts that were looked at: evidenceDigest of the gate.'),
    decision: oneOf('One Reject closes the gate, however many approve.', ['Approve', 'Reject']),
    by: text('Who decides. Stamped by the API server from Kubernetes 1.36 on; proved by a policy on all.', names.subject),
    groups: list('The groups of who decides, stamped and proved likewise.', 256, text('A group.', names.subject)),
    reason: text('Why.', 1024),
    expiresAt: time('Until when it counts.'),
  },
  {
    required: ['run', 'gate', 'planDigest', 'decision'],
    rules: [{rule: 'self == oldSelf', message: 'an approval never changes; make another one'}],
  },
);
