/** How long runs of a runbook take: people who let a gate wait do not count, whether or not the steps are kept. */
import {expect, test} from 'vitest';
import {abridged, type Run} from '../../../src/domain/run.ts';
import {usualTime} from '../../../src/domain/run-need.ts';
import {runOf, stepOf} from '../../support/scripted-desk.ts';

const gate = {id: 'go', required: 1, have: 1, approvals: [], evidenceDigest: 'e', openedAt: '2026-01-01T00:01:00Z'};

function done(name: string, finishedAt: string): Run {
  const steps = [stepOf('look', {startedAt: '2026-01-01T00:00:10Z'}), stepOf('act', {gate, startedAt: '2026-01-01T00:31:00Z'})];
  return runOf(name, {status: {phase: 'Succeeded', startedAt: '2026-01-01T00:00:00Z', finishedAt, steps}});
}

test.each([
  ['with its steps', (run: Run) => run],
  ['without', abridged],
])('a gate that waited half an hour is left out, %s', (_, keep) => {
  expect(usualTime([keep(done('one', '2026-01-01T00:33:00Z'))], 'node-drain')).toEqual({seconds: 180, runs: 1});
});

test('it is the median of those that succeeded, and of that runbook', () => {
  const failed = runOf('failed', {status: {phase: 'Failed', startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T09:00:00Z'}});
  const runs = ['00:32:00', '00:36:00', '00:33:00'].map(at => done(at, `2026-01-01T${at}Z`));
  expect(usualTime([...runs, failed], 'node-drain')).toEqual({seconds: 180, runs: 3});
  expect(usualTime(runs, 'node-cordon')).toBeUndefined();
});
