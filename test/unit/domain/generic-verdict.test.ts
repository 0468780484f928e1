/** What can be said of a kind of which only the server's cells are known. */
import {describe, expect, test} from 'vitest';
import {judgeGeneric} from '../../../src/domain/generic-verdict.ts';
import {spoken} from '../../support/spoken-verdict.ts';

type Case = readonly [kind: string, cells: Readonly<Record<string, string>>, verdict: string];

const cases: readonly Case[] = [
  ['a certificate', {NAME: 'a', READY: 'True', SECRET: 'a-tls', AGE: '5d'}, 'ok'],
  ['a certificate that failed', {READY: 'False', SECRET: 'a-tls'}, 'broken · READY is False'],
  ['a namespace', {STATUS: 'Active'}, 'ok'],
  ['a claim', {STATUS: 'Bound', VOLUME: 'v'}, 'ok'],
  ['a claim that waits', {STATUS: 'Pending'}, 'busy · STATUS is Pending'],
  ['a claim that lost its volume', {STATUS: 'Lost'}, 'broken · STATUS is Lost'],
  ['a deployment', {READY: '3/3', 'UP-TO-DATE': '3', AVAILABLE: '3'}, 'ok'],
  ['a deployment scaled to nothing', {READY: '0/0'}, 'ok'],
  ['a deployment in a rollout', {READY: '2/3'}, 'busy · 2 of 3 ready'],
  ['a deployment with nothing ready', {READY: '0/3'}, 'broken · 0 of 3 ready'],
  ['a daemon set', {DESIRED: '4', CURRENT: '4', READY: '4'}, 'ok'],
  ['a daemon set without a node', {DESIRED: '4', CURRENT: '4', READY: '3'}, 'busy · 3 of 4 ready'],
  ['a replica set with nothing ready', {DESIRED: '2', CURRENT: '2', READY: '0'}, 'broken · 0 of 2 ready'],
  ['a number READY beside nothing', {READY: '3'}, 'unknown'],
  ['a job', {STATUS: 'Complete', COMPLETIONS: '1/1'}, 'ok'],
  ['a failed job', {STATUS: 'Failed', COMPLETIONS: '0/1'}, 'broken · STATUS is Failed'],
  ['a release of the platform', {PHASE: 'Deployed', MESSAGE: ''}, 'ok'],
  ['the worst of two columns', {READY: 'True', STATUS: 'Degraded'}, 'broken · STATUS is Degraded'],
  ['a known word beside an unknown one', {STATUS: 'Quiescent', PHASE: 'Running'}, 'ok'],
  ['its own message', {PHASE: 'Pending', MESSAGE: 'waits for a volume'}, 'busy · waits for a volume'],
  ['a message that is no fault', {STATUS: 'Ready', MESSAGE: 'all is well'}, 'ok'],
  ['words in another case', {STATE: 'RUNNING'}, 'ok'],
  ['a word that is not known', {STATUS: 'Quiescent'}, 'unknown'],
  ['columns that say nothing of health', {DATA: '4', AGE: '5d'}, 'unknown'],
  ['a word in a column that is not a status', {NAME: 'Failed', TYPE: 'Error'}, 'unknown'],
  ['no columns', {}, 'unknown'],
];

function cellsOf(cells: Readonly<Record<string, string>>) {
  return Object.entries(cells).map(([title, text]) => ({title, text}));
}

describe('an object of any kind', () => {
  test.each(cases)('%s', (_, cells, verdict) => {
    expect(spoken(judgeGeneric({isDeleting: false, finalizers: [], cells: cellsOf(cells)}))).toBe(verdict);
  });

  test.each(['Ready', 'True', 'Active', 'Bound', 'Running', 'Succeeded'])('%s is ok', text => {
    expect(judgeGeneric({isDeleting: false, finalizers: [], cells: [{title: 'STATUS', text}]}).word).toBe('ok');
  });

  test.each(['False', 'Failed', 'Error', 'Lost', 'CrashLoopBackOff'])('%s is broken', text => {
    expect(judgeGeneric({isDeleting: false, finalizers: [], cells: [{title: 'STATUS', text}]}).word).toBe('broken');
  });

  test.each(['Pending', 'Progressing', 'Terminating'])('%s is busy', text => {
    expect(judgeGeneric({isDeleting: false, finalizers: [], cells: [{title: 'STATUS', text}]}).word).toBe('busy');
  });

  test('that is deleted says what holds it', () => {
    const cells = cellsOf({STATUS: 'Active'});
    expect(spoken(judgeGeneric({isDeleting: true, finalizers: [], cells}))).toBe('busy · deleting');
    expect(spoken(judgeGeneric({isDeleting: true, finalizers: ['kubernetes'], cells}))).toBe('busy · deleting, held by kubernetes');
  });
});
