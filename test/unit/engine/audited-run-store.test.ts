import {expect, test} from 'vitest';
import type {AuditEntry} from '../../../src/domain/audit.ts';
import type {Run} from '../../../src/domain/run.ts';
import {auditedRunStore} from '../../../src/engine/audited-run-store.ts';
import type {RunStore} from '../../../src/engine/run-store.ts';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import type {Fault} from '../../support/call-trail.ts';
import {nodeDraft} from '../../support/node-drafts.ts';
import {digest, RunKit} from '../../support/run-kit.ts';

type Audited = {readonly told: AuditEntry[]; readonly complaints: string[]; readonly wrap: (store: RunStore) => RunStore};

function audit(isBroken = false): Audited {
  const told: AuditEntry[] = [];
  const complaints: string[] = [];
  const wrap = (store: RunStore): RunStore =>
    auditedRunStore(store, {
      context: 'prod-eu',
      digest,
      log: (_, message) => void complaints.push(message),
      sink: {
        record: async entries => {
          if (isBroken) throw new Error('no space left');
          told.push(...entries);
        },
      },
    });
  return {told, complaints, wrap};
}

async function cordon(audited: Audited, ...faults: readonly Fault[]): Promise<{readonly kit: RunKit; readonly run: Run}> {
  const kit = await RunKit.start({runbooks: [nodeCordon], objects: [nodeDraft('w1')], wrapStore: audited.wrap});
  await kit.submit('node-cordon', {target: 'w1'});
  kit.strikeAt(...faults);
  return {kit, run: await kit.driveToEnd()};
}

test('an effect is told with who, what, how by hand, what it was before and what became of it', async () => {
  const audited = audit();
  const {kit, run} = await cordon(audited);
  const common = {user: 'alice', context: 'prod-eu', runbook: 'node-cordon', run: 'run-1', runUid: run.meta.uid, target: 'w1'};
  const intent = (await kit.log()).find(({kind}) => kind === 'intent');
  const [effect] = Array.isArray(intent?.data?.effects) ? intent.data.effects : [];
  expect(audited.told).toEqual([
    {
      ...common,
      at: '2026-01-02T12:00:00.000Z',
      kind: 'effect',
      step: 'cordon',
      what: 'patch Node w1',
      command: `kubectl patch nodes w1 --type=merge -p '{"spec":{"unschedulable":true}}'`,
      inverse: digest('{"spec":{"unschedulable":null}}'),
      outcome: expect.stringMatching(/^resourceVersion \d+$/),
    },
    {...common, at: '2026-01-02T12:00:00.000Z', kind: 'run', step: '', what: 'node-cordon', outcome: 'Succeeded'},
  ]);
  expect(effect?.inverse).toEqual({spec: {unschedulable: null}});
});

test('what was sent before a crash is told by whoever finds it done', async () => {
  const {kit: undisturbed} = await cordon(audit());
  for (let call = 1; call <= undisturbed.calls; call += 1) {
    const audited = audit();
    const {kit} = await cordon(audited, {call, kind: 'kill-after'});
    const effects = audited.told.filter(({kind}) => kind === 'effect').map(({step}) => step);
    // The entry of the log may have been written, and the process killed before the audit's.
    const isLogged = (await kit.log()).some(({kind}) => kind === 'effect');
    expect(effects.length === 1 || isLogged, `killed after call ${call}: ${JSON.stringify(audited.told)}`).toBe(true);
  }
});

test('an audit that cannot be written is complained of and stops nothing', async () => {
  const audited = audit(true);
  const {run} = await cordon(audited);
  expect(run.status.phase).toBe('Succeeded');
  expect(audited.complaints.length).toBeGreaterThan(0);
  expect(new Set(audited.complaints)).toEqual(new Set(['the audit could not be written']));
});
