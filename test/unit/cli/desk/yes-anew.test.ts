/** Whoever takes a run over answers for the gates that it has passed, and for none that it has not acted upon. */
import {expect, test} from 'vitest';
import {yesAnew} from '../../../../src/cli/desk/yes-anew.ts';
import {canonicalJson} from '../../../../src/domain/canonical-json.ts';
import type {Requester, StepStatus} from '../../../../src/domain/run.ts';
import {runOf, stepOf} from '../../../support/scripted-desk.ts';

const facts = {leader: 'db-0'};
const parts = {
  store: {readPlan: async () => ({facts})},
  ports: {digest: (text: string) => `digest of ${text}`},
};
const plan = {
  runbookVersion: 1,
  definitionDigest: 'd',
  digest: 'digest-1',
  engineVersion: '1',
  ref: 'runplan',
  risk: 'destructive',
} as const;
const alice: Requester = {user: 'alice', groups: []};
const gate = {id: 'let-go', required: 1, have: 1, approvals: [], evidenceDigest: 'e1', openedAt: ''};
const intent = {key: 'k', epoch: 1, attempt: 1, digest: 'd', recordedAt: ''};

const answersAt = (step: Partial<StepStatus>, self = alice) =>
  yesAnew(parts, runOf('run', {spec: {requestedBy: alice}, status: {phase: 'Running', plan, steps: [stepOf('drain', step)]}}), self);

test.each<[string, Partial<StepStatus>, readonly string[]]>([
  ['has acted', {state: 'Acting', gate, intent}, ['start', 'let-go']],
  ['waits before its act', {state: 'Prechecking', gate}, ['start']],
  ['is at its gate', {state: 'AwaitingApproval', gate: {...gate, have: 0}}, ['start']],
  ['is in trouble', {state: 'Failed', gate: {...gate, id: 'skip/drain'}, intent}, ['start']],
  ['has no gate', {state: 'Acting', intent}, ['start']],
])('of a step that %s', async (_, step, gates) => {
  expect((await answersAt(step)).map(answer => answer.gate)).toEqual(gates);
});

test('each yes is bound to the plan and to what was seen, and is worth what the user’s word is', async () => {
  const acted = {state: 'Acting', gate, intent} as const;
  expect(await answersAt(acted)).toMatchObject([
    {kind: 'Consent', decision: 'Approve', planDigest: 'digest-1', evidenceDigest: `digest of ${canonicalJson(facts)}`},
    {kind: 'Consent', evidenceDigest: 'e1'},
  ]);
  expect((await answersAt(acted, {user: 'boris', groups: []})).map(({kind}) => kind)).toEqual(['Approval', 'Approval']);
});
