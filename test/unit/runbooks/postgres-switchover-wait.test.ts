/** A switchover whose answer nobody heard says what is going on, and the same at every look until something changes. */
import {expect, test} from 'vitest';
import {readSwitchoverAnswer} from '../../../src/domain/postgres/switchover-answer.ts';
import {taskWords} from '../../../src/runbooks/postgres-switchover-step.ts';
import {stillLeads} from '../../../src/runbooks/postgres-switchover-wait.ts';

const askedAt = Date.parse('2026-01-02T09:12:33.400Z');
const unheard = readSwitchoverAnswer(undefined, 'db-1');

test('it says when it was asked, until when it may still come, and what follows', () => {
  const {kind, text} = stillLeads('db-0', unheard, {askedAt, attempt: 1, now: askedAt + 5_000});
  expect(kind).toBe('wait');
  expect(text.en).toBe(
    'db-0 still leads; asked at 09:12:33 UTC (try 1), its answer was not heard: Patroni may still do it until 09:15:33 UTC, then it is asked again, 3 times in a row at most',
  );
  expect(text.ru).toContain('попытка 1), ответ не дошёл: до 09:15:33 UTC');
  expect(stillLeads('db-0', unheard, {askedAt, attempt: 1, now: askedAt + 170_000}).text).toEqual(text);
});

test('an engine that comes later, and heard nothing, says the same without an answer', () => {
  const {text} = stillLeads('db-0', undefined, {askedAt, attempt: 2, now: askedAt});
  expect(text.en).toContain('asked at 09:12:33 UTC (try 2): Patroni may still do it');
});

test('after the three minutes it is asked again, and a plain refusal at once', () => {
  const late = stillLeads('db-0', unheard, {askedAt, attempt: 1, now: askedAt + 180_001});
  expect(late).toMatchObject({kind: 'again', text: {en: expect.stringContaining('asked at 09:12:33 UTC, and nothing is on its way')}});
  const refused = stillLeads('db-0', {kind: 'refused', message: '412 no good candidates'}, {askedAt, attempt: 1, now: askedAt});
  expect(refused).toMatchObject({kind: 'again', text: {en: 'db-0 still leads, Patroni answered 412 no good candidates: it was not tried'}});
});

test('only of Commander’s own database it is said where its tasks are seen', () => {
  expect(taskWords({namespace: 'd8-commander', name: 'commander-postgres'})[0]?.en).toContain('list of clusters');
  expect(taskWords({namespace: 'shop', name: 'shop-postgres'})).toEqual([]);
});
