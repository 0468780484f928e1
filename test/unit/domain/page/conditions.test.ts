/** Conditions of every shape that controllers write. */
import {expect, test} from 'vitest';
import {conditionRows} from '../../../../src/domain/page/conditions.ts';

test('conditions come in the order of the object, with the time of their last change', () => {
  const status = {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'is posting',
        lastHeartbeatTime: '2026-01-01T00:01:00Z',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
      {type: 'IsReady', status: 'False', lastProbeTime: '2026-01-01T00:00:30Z', lastTransitionTime: null},
    ],
  };
  expect(conditionRows({status})).toEqual([
    {type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'is posting', since: Date.UTC(2026, 0, 1)},
    {type: 'IsReady', status: 'False', reason: '', message: '', since: Date.UTC(2026, 0, 1, 0, 0, 30)},
  ]);
});

test('odd shapes are shown as far as they can be read', () => {
  expect(conditionRows({})).toEqual([]);
  expect(conditionRows({status: 'Ready'})).toEqual([]);
  expect(conditionRows({status: {conditions: 'none'}})).toEqual([]);
  expect(
    conditionRows({status: {conditions: [null, 'x', {type: 7, status: true, message: {a: 1}, lastTransitionTime: 'yesterday'}]}}),
  ).toEqual([{type: '7', status: 'True', reason: '', message: '{"a":1}'}]);
  expect(conditionRows({status: {conditions: {Synced: {status: 'True', reason: 'Ok'}, Healthy: false}}})).toEqual([
    {type: 'Synced', status: 'True', reason: 'Ok', message: ''},
    {type: 'Healthy', status: 'False', reason: '', message: ''},
  ]);
});
