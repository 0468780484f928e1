import {expect, test} from 'vitest';
import {createJournalDesk} from '../../../../src/cli/desk/journal-desk.ts';
import {AuditFile} from '../../../../src/cli/journal/audit.ts';
import {openJournal} from '../../../../src/cli/journal/open-journal.ts';
import {runText} from '../../../../src/cli/runbook/print-runs.ts';
import {type Fields, readBoolean} from '../../../../src/domain/fields.ts';
import type {KubePort} from '../../../../src/domain/kube-port.ts';
import type {RunDesk, Submission} from '../../../../src/domain/run-desk.ts';
import {KubeClient} from '../../../../src/engine/kube-client.ts';
import {leaseKind} from '../../../../src/engine/lease-record.ts';
import {nodeCordon} from '../../../../src/runbooks/node-cordon.ts';
import {nodeDrain} from '../../../../src/runbooks/node-drain.ts';
import {nodeKind} from '../../../../src/runbooks/node-kinds.ts';
import {nodeDraft} from '../../../support/node-drafts.ts';
import {RunKit, requester} from '../../../support/run-kit.ts';
import {runsNamespace} from '../../../support/run-records.ts';
import {temporaryFolder} from '../../cluster/temporary-folder.ts';

const temporary = temporaryFolder();
let folders = 0;

type Bench = {readonly kit: RunKit; readonly desk: RunDesk; readonly folder: string};

async function openBench({
  kit,
  folder,
  port,
}: {
  readonly kit?: RunKit;
  readonly folder?: string;
  readonly port?: KubePort;
} = {}): Promise<Bench> {
  const world =
    kit ?? (await RunKit.start({runbooks: [nodeCordon, nodeDrain], objects: [nodeDraft('w1', {group: ''}), nodeDraft('w2', {group: ''})]}));
  folders += 1;
  const place = folder ?? `${temporary.path}/${folders}`;
  const {clock} = world;
  const log = (): void => undefined;
  const journal = await openJournal({cluster: 'c', user: requester, clock, random: Math.random, log, folder: place});
  const desk = createJournalDesk({
    port: port ?? world.port,
    clock,
    random: Math.random,
    log,
    journal,
    self: requester,
    leaseNamespace: runsNamespace,
    mayLease: true,
    why: {en: 'no kind', ru: 'нет вида'},
    context: 'prod-eu',
    audit: new AuditFile(place),
    open: () => ({stop: () => undefined}),
    runsNamespace,
    takesUp: true,
  });
  return {kit: world, desk, folder: place};
}

async function submit(desk: RunDesk, runbook: string, target: string): Promise<Submission> {
  const answer = await desk.plan({runbook, parameters: {target}});
  if (answer.kind === 'refused') return answer;
  return desk.submit({runbook, parameters: {target}}, {planDigest: answer.plan.digest, isConsenting: true});
}

/** Real files are written meanwhile, for which the clock of the test does not wait. */
async function ends(kit: RunKit, desk: RunDesk): Promise<readonly string[]> {
  await expect
    .poll(
      async () => {
        await kit.clock.advance(1_000);
        return desk.inHand().length;
      },
      {interval: 5, timeout: 20_000},
    )
    .toBe(0);
  return desk.runs().map(({spec, status}) => `${spec.runbook.name} ${status.phase}`);
}

async function close(kit: RunKit, desk: RunDesk): Promise<void> {
  let isClosed = false;
  const closed = desk.close(5_000).then(() => {
    isClosed = true;
  });
  await expect
    .poll(
      async () => {
        await kit.clock.advance(1_000);
        return isClosed;
      },
      {interval: 5, timeout: 20_000},
    )
    .toBe(true);
  await closed;
}

test('a run is asked for, carried out, read back and audited without a kind of its own in the cluster', async () => {
  const {kit, desk} = await openBench();
  expect(await desk.recording()).toMatchObject({kind: 'journal', why: 'no kind', words: {ru: 'нет вида'}});
  const [cordon, drain] = [await submit(desk, 'node-cordon', 'w1'), await submit(desk, 'node-drain', 'w2')];
  expect(drain.kind).toBe('submitted');
  expect(await ends(kit, desk)).toEqual(['node-drain Succeeded', 'node-cordon Succeeded']);
  expect(readBoolean(await kit.object({kind: nodeKind, name: 'w1'}), 'spec.unschedulable')).toBe(true);
  expect(await new KubeClient(kit.port).list(leaseKind, {namespace: runsNamespace})).toEqual([]);
  if (cordon.kind !== 'submitted') throw new Error(cordon.message);
  const {entries, brokenAt} = await desk.transcript(cordon.run);
  expect([entries.map(({kind}) => kind), brokenAt]).toEqual([['planned', 'intent', 'effect', 'outcome', 'finished'], undefined]);
  const audit = await desk.audit(100);
  expect(audit.filter(({run}) => run === cordon.run.name).map(({kind, what}) => `${kind} ${what}`)).toEqual([
    'run node-cordon',
    'effect patch Node w1',
  ]);
  expect(audit.some(({kind, what, user}) => kind === 'decision' && what.includes('alice (Consent)') && user === 'alice')).toBe(true);
  await close(kit, desk);
});

test('what is refused or checked before anything is done is said in both languages', async () => {
  const {kit, desk} = await openBench();
  const plan = (parameters: Fields) => desk.plan({runbook: 'node-cordon', parameters});
  expect(await plan({target: 'w9'})).toMatchObject({
    message: 'Node w9 does not exist: check the name',
    words: {ru: 'Node w9 не существует: проверьте имя'},
  });
  expect(await plan({target: 'w1', deep: true})).toMatchObject({words: {ru: expect.stringMatching(/^параметр deep не относится к /)}});
  const port: KubePort = {
    stream: request => kit.port.stream(request),
    request: async request =>
      request.path.includes('accessreviews') ? {status: 201, headers: {}, body: '{"status":{"allowed":false}}'} : kit.port.request(request),
  };
  const poor = await openBench({kit, port});
  const answer = await poor.desk.plan({runbook: 'node-cordon', parameters: {target: 'w1'}});
  expect(answer.kind === 'planned' && answer.plan.checks.find(({id}) => id === 'patch nodes')).toMatchObject({
    state: 'fail',
    words: {ru: 'у alice нет права patch nodes: попросите его; ничего не изменено'},
  });
  await close(kit, desk);
  await close(kit, poor.desk);
});

test('what waits when the dashboard is left goes on when it comes again', async () => {
  const first = await openBench();
  const {kit, folder} = first;
  const answer = await first.desk.plan({runbook: 'node-drain', parameters: {target: 'w1'}});
  if (answer.kind === 'refused') throw new Error(answer.message);
  await first.desk.submit({runbook: 'node-drain', parameters: {target: 'w1'}}, {planDigest: answer.plan.digest, isConsenting: false});
  await expect.poll(() => first.desk.runs()[0]?.status.phase, {interval: 5}).toBe('AwaitingApproval');
  const [waiting] = first.desk.runs();
  expect(waiting === undefined ? '' : runText(waiting)).toMatch(
    /waits at the gate start: 0 of 1\n {2}deckhand runbook approve \S+ --gate start$/,
  );
  await close(kit, first.desk);
  const second = await openBench({kit, folder});
  const [run] = second.desk.runs();
  const gate = run?.status.steps[0]?.gate;
  if (run === undefined || gate === undefined) throw new Error('no gate');
  await second.desk.answer(
    {namespace: run.meta.namespace, name: run.meta.name, uid: run.meta.uid},
    {
      gate: gate.id,
      kind: 'Consent',
      decision: 'Approve',
      planDigest: answer.plan.digest,
      evidenceDigest: gate.evidenceDigest,
      reason: 'go',
    },
  );
  expect(await ends(kit, second.desk)).toEqual(['node-drain Succeeded']);
  await close(kit, second.desk);
});

test('a target that a run of the cluster has taken is not taken from it, be that run readable or not', async () => {
  const {kit, desk} = await openBench();
  await kit.submit('node-drain', {target: 'w1'}, {}, 'theirs');
  await kit.drive('theirs');
  expect((await kit.run('theirs')).status.phase).toBe('AwaitingApproval');
  await submit(desk, 'node-cordon', 'w1');
  expect(await ends(kit, desk)).toEqual(['node-cordon Failed']);
  const told = () => desk.runs()[0]?.status.conditions.find(({type}) => type === 'Failed')?.message;
  expect(told()).toContain('is taken by the run theirs (AwaitingApproval)');
  await close(kit, desk);
  const port: KubePort = {
    stream: request => kit.port.stream(request),
    request: async request => (request.path.includes('/runbookruns/') ? {status: 403, headers: {}, body: '{}'} : kit.port.request(request)),
  };
  const blind = await openBench({kit, port});
  await submit(blind.desk, 'node-cordon', 'w1');
  expect(await ends(kit, blind.desk)).toEqual(['node-cordon Failed']);
  expect(blind.desk.runs()[0]?.status.conditions.find(({type}) => type === 'Failed')?.message).toContain('which you may not read');
  await close(kit, blind.desk);
});

test('without the right to leases what is destructive is refused, and the rest goes on', async () => {
  const {kit} = await openBench();
  const port: KubePort = {
    stream: request => kit.port.stream(request),
    request: async request => (request.path.includes('/leases') ? {status: 403, headers: {}, body: '{}'} : kit.port.request(request)),
  };
  const {desk} = await openBench({kit, port});
  await submit(desk, 'node-drain', 'w1');
  await submit(desk, 'node-cordon', 'w2');
  expect(await ends(kit, desk)).toEqual(['node-cordon Succeeded', 'node-drain Failed']);
  expect(desk.runs()[1]?.status.conditions.find(({type}) => type === 'Failed')).toMatchObject({reason: 'NoLease'});
  await close(kit, desk);
});
