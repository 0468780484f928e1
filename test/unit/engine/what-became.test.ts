/** What is said to be left behind happened, or may have; what was refused, or only reached for, did not. */
import {expect, test} from 'vitest';
import type {LogEntry, LogKind} from '../../../src/engine/run-log.ts';
import {whatBecameOf} from '../../../src/engine/what-became.ts';

const entry = (kind: LogKind, data: LogEntry['data'] = {}, step = 'go'): LogEntry => ({
  ...{at: '', by: '', epoch: 1, kind, step, text: '', seq: 1, previous: '', hash: ''},
  data,
});
const intent = entry('intent', {effects: [{what: 'turn off'}]});
const helper = entry('intent', {effects: [{what: 'make a helper', isAside: true}]});
const helped = entry('effect', {what: 'make a helper', outcome: 'applied'});
const sent = (outcome: string): LogEntry => entry('effect', {what: 'turn off', outcome});

test.each<[string, readonly LogEntry[] | undefined, string]>([
  ['nothing was intended', [], 'nothing'],
  ['another step was', [entry('intent', {effects: [{what: 'turn off'}]}, 'other')], 'nothing'],
  ['only its helper was made', [helper, helped], 'nothing'],
  ['it was done', [intent, sent('applied')], 'happened'],
  ['it was done after its helper was made', [helper, helped, intent, sent('applied')], 'happened'],
  ['it was refused', [intent, sent('refused')], 'nothing'],
  ['nobody was told what came of it', [intent], 'unknown'],
  ['it got no answer', [intent, sent('unknown')], 'unknown'],
  ['it got no answer once, and was refused then', [intent, sent('unknown'), intent, sent('refused')], 'unknown'],
  ['it was cut off once, and refused then', [intent, intent, sent('refused')], 'unknown'],
  ['the log cannot be read', undefined, 'unknown'],
])('%s', (_, log, became) => {
  expect(whatBecameOf('go', log)).toBe(became);
});
