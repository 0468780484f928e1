import {expect, test} from 'vitest';
import {dumpTidySteps, verifiedDumpSteps} from '../../../src/runbooks/postgres-backup-steps.ts';

test('who takes a dump by hand is told how to take it off the disk again', () => {
  const scope = {
    database: {namespace: 'shop', name: 'shop-postgres'},
    facts: {to: {kind: 'file', folder: '/safe', owner: 'desk'}, databases: ['shop'], hasGlobals: false},
  } as const;
  const made = verifiedDumpSteps(scope)[0]?.commands.join('\n');
  const folder = /\S*deckhand-manual(?=\n)/.exec(made ?? '')?.[0];
  expect(dumpTidySteps(scope)[0]?.commands).toEqual([`kubectl exec -n shop shop-postgres-0 -c postgres -- rm -rf ${folder}`]);
});
