/**
 * With each right of the manifest taken away in turn, a run that needs it is refused before its first effect, and told which.
 * The controller lends nobody its rights, and nobody opens a gate in another's name.
 */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import {nodeCordon} from '../../src/runbooks/node-cordon.ts';
import {nodeDrain} from '../../src/runbooks/node-drain.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import type {ControllerProcess} from '../support/controller-process.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {ControllerRoles, type Right} from '../support/runs/controller-roles.ts';
import {controllerAccount, countWrites, everyVerb, isOver, RunCluster} from '../support/runs/run-cluster.ts';
import {createApproval, type RunObject, refusalOf} from '../support/runs/run-objects.ts';

const deadlineMs = 60_000;

let program: Program;
let cluster: RunCluster;
let roles: ControllerRoles;
let replica: ControllerProcess;
let made = 0;

beforeAll(async () => {
  program = await buildProgram();
  cluster = await RunCluster.start(program, {groups: 'nodes', people: {ivan: [everyVerb], olga: [everyVerb], poor: []}});
  roles = new ControllerRoles(cluster.plane.api);
  replica = await cluster.startReplica('a', {args: ['--leases', '4/3/0.7']});
});
afterAll(async () => {
  await replica?.ended('SIGKILL');
  await cluster?.stop();
  await program?.remove();
});

describe('a right that the controller lacks', () => {
  test.each(permissionsOf(nodeCordon))('to %s, for node-cordon', (_, right) => expectRefusal('node-cordon', right));

  test.each(permissionsOf(nodeDrain))('to %s, for node-drain', (_, right) => expectRefusal('node-drain', right));

  test('to ask what the requester may do is told by name', async () => {
    const right = {verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews'};
    await roles.without(right, async () => {
      const {status} = await cordon('ivan');
      expect(status?.phase).toBe('Failed');
      expect(JSON.stringify(status?.conditions)).toMatch(/create subjectaccessreviews\.authorization\.k8s\.io/);
    });
  });

  test('to the records of the run is told, and nothing is done before it is there', {timeout: 300_000}, async () => {
    const needed = await recordRights();
    expect(needed.map(({verb, resource}) => `${verb} ${resource}`)).toEqual(
      expect.arrayContaining(['create configmaps', 'update configmaps', 'create leases', 'patch runbookruns', 'update runbookruns/status']),
    );
    for (const right of needed) {
      let run: RunObject | undefined;
      await roles.without(right, async () => {
        const told = replica.log.length;
        run = await submit('ivan', 'node-cordon');
        const {metadata} = run;
        await waitUntil(`it is told that ${right.verb} ${right.resource} is missing`, () => isTold(right, metadata.name, told), {
          deadlineMs,
          explain: () => JSON.stringify(replica.log.slice(told)),
        });
        expect(await isCordoned(targetOf(run))).toBe(false);
      });
      if (run === undefined) throw new Error('nothing was submitted');
      const {status} = await ended(run);
      expect(await isCordoned(targetOf(run))).toBe(status?.phase === 'Succeeded');
    }
  });
});

describe('a person', () => {
  test('who may not do it cannot have the controller do it', async () => {
    const {status} = await cordon('poor');
    expect(status?.phase).toBe('Failed');
    expect(JSON.stringify(status?.conditions)).toMatch(/poor may not (get|patch) nodes/);
  });

  test('cannot ask in another’s name, nor change whose run it is', async () => {
    const refusal = await refusalOf(
      submit('poor', 'node-cordon', {requestedBy: {user: 'ivan', groups: ['people', 'system:authenticated']}}),
    );
    expect(refusal).toContain('spec.requestedBy.user must be who submits the run: poor');
    const run = await submit('poor', 'node-drain');
    await expect(
      cluster.as('poor').send({
        method: 'PATCH',
        path: `/apis/deckhand.dev/v1alpha1/namespaces/deckhand/runbookruns/${run.metadata.name}`,
        body: {spec: {requestedBy: {user: 'ivan'}}},
        contentType: 'application/merge-patch+json',
      }),
    ).rejects.toThrow(/requestedBy|immutable|422/i);
  });

  test('cannot approve their own run, nor sign for somebody else; another one can', async () => {
    const run = await submit('ivan', 'node-drain');
    const open = await cluster.untilRun(run.metadata.name, ({status}) => gateOf(status) !== undefined);
    const decision = decisionOn(open);
    const forged = await refusalOf(createApproval(cluster.as('ivan'), {...decision, kind: 'Approval', by: 'olga'}));
    expect(forged).toContain('spec.by must be who makes the approval: ivan');
    await createApproval(cluster.as('ivan'), {...decision, kind: 'Approval'});
    const told = await cluster.untilRun(run.metadata.name, ({status}) => JSON.stringify(status?.steps).includes('cannot approve'));
    expect(told.status?.phase).toBe('AwaitingApproval');
    await createApproval(cluster.as('olga'), {...decision, kind: 'Approval'});
    expect((await ended(run)).status?.phase).toBe('Succeeded');
  });

  test('whom spec.approvals does not name opens no gate', async () => {
    const approvals = [{gate: 'start', required: 1, users: ['anna']}];
    const run = await submit('ivan', 'node-drain', {approvals});
    const open = await cluster.untilRun(run.metadata.name, ({status}) => gateOf(status) !== undefined);
    await createApproval(cluster.as('olga'), {...decisionOn(open), kind: 'Approval'});
    const told = await cluster.untilRun(run.metadata.name, ({status}) => JSON.stringify(status?.steps).includes('none of those whom'));
    expect(told.status?.phase).toBe('AwaitingApproval');
  });
});

describe('where nothing proves who asks', () => {
  test('a change is refused unless the controller was told to trust', async () => {
    const bare = await RunCluster.start(program, {groups: 'nodes', people: {ivan: [everyVerb]}, hasPolicies: false});
    const requestedBy = {user: 'ivan', groups: ['people', 'system:authenticated']};
    try {
      await loadObjects(
        bare.plane,
        ['one', 'two'].map(name => ({apiVersion: 'v1', kind: 'Node', metadata: {name}})),
      );
      const careful = await bare.startReplica('careful');
      const first = await bare.submit('ivan', 'first', 'node-cordon', {target: 'one'}, {requestedBy});
      const refused = await bare.untilRun(first.metadata.name, isOver);
      expect(JSON.stringify(refused.status?.conditions)).toMatch(/RequesterUnproved.*deckhand-run-requester.*--trust-requesters/);
      await careful.ended('SIGTERM');
      const trusting = await bare.startReplica('trusting', {args: ['--trust-requesters']});
      const second = await bare.submit('ivan', 'second', 'node-cordon', {target: 'two'}, {requestedBy});
      expect((await bare.untilRun(second.metadata.name, isOver)).status?.phase).toBe('Succeeded');
      await trusting.ended('SIGTERM');
      expect([...countWrites(await bare.audit(), 'nodes', 'patch')]).toEqual([['two', 1]]);
    } finally {
      await bare.stop();
    }
  });
});

async function submit(person: string, runbook: string, more: object = {}): Promise<RunObject> {
  made += 1;
  const name = `worker-${made}`;
  await loadObjects(cluster.plane, [{apiVersion: 'v1', kind: 'Node', metadata: {name}}]);
  return cluster.submit(person, `run-${made}`, runbook, {target: name}, {...more});
}

function ended({metadata}: RunObject): Promise<RunObject> {
  return cluster.untilRun(metadata.name, isOver, () => replica.log.slice(-5));
}

async function cordon(person: string): Promise<RunObject> {
  const run = await ended(await submit(person, 'node-cordon'));
  expect(await isCordoned(String(Object(run.spec.parameters).target))).toBe(run.status?.phase === 'Succeeded');
  return run;
}

async function isCordoned(name: string): Promise<boolean> {
  const {spec} = await cluster.plane.api.send<{spec: {unschedulable?: boolean}}>({path: `/api/v1/nodes/${name}`});
  return spec.unschedulable === true;
}

function gateOf(status: RunObject['status']): {readonly id: string; readonly evidenceDigest: string} | undefined {
  const [step] = Array.isArray(status?.steps) ? status.steps : [];
  return status?.phase === 'AwaitingApproval' && step?.gate?.evidenceDigest ? step.gate : undefined;
}

function decisionOn({metadata, status}: RunObject) {
  const gate = gateOf(status);
  const run = {name: metadata.name, uid: metadata.uid};
  return {run, gate: gate?.id, planDigest: Object(status?.plan).digest, evidenceDigest: gate?.evidenceDigest, decision: 'Approve'};
}

function targetOf({spec}: RunObject): string {
  return String(Object(spec.parameters).target);
}

function permissionsOf({permissions}: Runbook): readonly [string, Right][] {
  return permissions.flatMap(({verbs, group, resource, scope}) =>
    verbs.map((verb): [string, Right] => [
      `${verb} ${resource}`,
      {verb, group, resource, ...(typeof scope === 'object' ? {namespace: scope.namespace} : {})},
    ]),
  );
}

async function expectRefusal(runbook: string, right: Right): Promise<void> {
  await roles.without(right, async () => {
    const run = await ended(await submit('ivan', runbook));
    expect(run.status?.phase).toBe('Failed');
    const {verb, resource} = right;
    const [plural] = resource.split('/');
    expect(JSON.stringify(run.status?.conditions)).toMatch(
      new RegExp(`deckhand-controller\\S* (may not ${verb} ${resource}|cannot ${verb} resource \\S*${plural})`),
    );
    expect(await isCordoned(targetOf(run))).toBe(false);
  });
}

/** What an undisturbed run takes to keep its records, by the audit log, up to its first effect. */
async function recordRights(): Promise<readonly Right[]> {
  const before = (await cluster.audit()).length;
  await cordon('ivan');
  const lines = (await cluster.audit()).slice(before).filter(({user}) => user.username === controllerAccount);
  const rights = new Map<string, Right>();
  for (const {verb, objectRef} of lines) {
    const {apiGroup: group = '', resource = '', subresource, namespace} = objectRef ?? {};
    if (namespace !== 'deckhand' || resource === 'events' || ['list', 'watch', 'delete'].includes(verb)) continue;
    const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
    rights.set(`${verb} ${whole}`, {verb, group, resource: whole, namespace});
  }
  return [...rights.values()];
}

/** In the record of the run or, where that cannot be written, in the log. */
async function isTold({verb, resource}: Right, name: string, since: number): Promise<boolean> {
  const said = new RegExp(`cannot ${verb} resource \\W*${resource}|may not ${verb} ${resource}|no right to ${verb} ${resource}`);
  const {status} = await cluster.run(name);
  return replica.log.slice(since).some(line => said.test(JSON.stringify(line))) || said.test(JSON.stringify(status?.conditions ?? ''));
}
