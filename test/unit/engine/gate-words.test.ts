/** What an approver reads in the status: whose word is wanted, and what of a gate stays when space is short. */
import {describe, expect, test} from 'vitest';
import type {ApprovalRule} from '../../../src/domain/run.ts';
import {fitStatus} from '../../../src/engine/fit-status.ts';
import {voicesWanted} from '../../../src/engine/gate-words.ts';
import {runOf, stepOf} from '../../support/scripted-desk.ts';

describe('whose word is wanted', () => {
  const wanted = (rule: Partial<ApprovalRule>): string => {
    const run = runOf('run-1', {});
    const approvals = [{gate: '*', required: 1, groups: [], users: [], ...rule}];
    return voicesWanted({...run, spec: {...run.spec, requestedBy: {user: 'ivan', groups: []}, approvals}}, 'start').en;
  };

  test.each<[Partial<ApprovalRule>, string]>([
    [{users: ['olga']}, '1 approval of olga'],
    [{groups: ['dba']}, '1 approval of one of the group dba'],
    [{required: 2, users: ['olga'], groups: ['dba']}, '2 approvals of olga or one of the group dba'],
    [{}, '1 approval of anybody but ivan'],
  ])('by %j', (rule, words) => {
    expect(wanted(rule)).toBe(words);
  });
});

test('what was shown at gates that are passed gives way where the status is too long', () => {
  const gate = {
    id: 'go',
    required: 1,
    have: 1,
    approvals: ['yes'],
    evidenceDigest: 'e',
    openedAt: '2026-01-02T12:00:00Z',
    question: 'Go?',
    facts: Array.from({length: 40}, () => 'f'.repeat(256)),
  };
  const run = runOf('run-1', {});
  const steps = Array.from({length: 100}, (_, index) =>
    stepOf(`step-${index}`, {index, state: index === 99 ? 'AwaitingApproval' : 'Succeeded', gate}),
  );
  const fitted = fitStatus({...run.status, steps});
  expect(JSON.stringify(fitted).length).toBeLessThan(262_144);
  expect(fitted.steps[99]?.gate?.facts).toHaveLength(40);
  expect(fitted.steps[0]?.gate).toMatchObject({id: 'go', approvals: ['yes'], evidenceDigest: 'e'});
});
