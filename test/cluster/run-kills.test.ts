/** On a real API server: the process is killed at each boundary of a run's steps, and the API server itself is away in the middle of one. */

import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {KubernetesObject} from '../support/control-plane/kubernetes-object.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControllerProcess} from '../support/controller-process.ts';
import type {Program} from '../support/dashboard.ts';
import {buildSampleProgram} from '../support/kills/sample-program.ts';
import {essence} from '../support/object-essence.ts';
import {controllerAccount, everyVerb, isOver, RunCluster} from '../support/runs/run-cluster.ts';
import {createApproval, type RunObject} from '../support/runs/run-objects.ts';
import {watchRun} from '../support/runs/watch-run.ts';

type Scenario = {
  readonly runbook: string;
  readonly target: (n: number) => KubernetesObject;
  /** Where the target is. */
  readonly path: string;
  /** What the platform or a person does when the run has come so far; called at every change of the run. */
  readonly surroundings?: (run: RunObject) => Promise<unknown>;
};

const api = 'deckhouse.io/v1alpha1';
const releases = `/apis/${api}/modulereleases`;
const reinstall = 'modules.deckhouse.io/reinstall';
const leases = ['--leases', '4/3/0.7'];
/** Longer than a lease lasts. */
const awayMs = 6_000;
/** A run of one or two steps passes about six. */
const boundariesMax = 20;

const node = (n: number) => ({apiVersion: 'v1', kind: 'Node', metadata: {name: `worker-${n}`}});
const scenarios: Readonly<Record<string, Scenario>> = {
  K8sCas: {runbook: 'node-cordon', target: node, path: '/api/v1/nodes'},
  Keyed: {runbook: 'sample-keyed', target: node, path: '/api/v1/nodes'},
  HumanConfirmed: {runbook: 'sample-human', target: node, path: '/api/v1/nodes', surroundings: consent},
  Probed: {
    runbook: 'module-release-reinstall',
    target: n => ({
      apiVersion: api,
      kind: 'ModuleRelease',
      metadata: {name: `console-v1.2.3-${n}`, labels: {module: 'console'}},
      spec: {moduleName: 'console', version: '1.2.3'},
      status: {phase: 'Deployed', message: ''},
    }),
    path: releases,
    surroundings: run => reinstalled(targetOf(run)),
  },
};

let program: Program;
let cluster: RunCluster;
let replica: ControllerProcess;
let spare: ControllerProcess;
let made = 0;

beforeAll(async () => {
  program = await buildSampleProgram();
  cluster = await RunCluster.start(program, {groups: 'releases,nodes,generic', people: {ivan: [everyVerb]}});
  await cluster.plane.applyCrds(join(import.meta.dirname, '../../deploy/crds/platform'));
  await loadObjects(cluster.plane, [
    {
      apiVersion: api,
      kind: 'Module',
      metadata: {name: 'console'},
      properties: {source: 'deckhouse', version: 'v1.2.3'},
      status: {phase: 'Ready'},
    },
  ]);
  replica = await cluster.startReplica('first', {args: leases});
  await addSpare();
});
afterAll(async () => {
  await Promise.all([replica, spare].map(each => each?.ended('SIGKILL')));
  await cluster?.stop();
  await program?.remove();
});

test.each(Object.entries(scenarios))('%s: killed at each boundary', {timeout: 300_000}, async (_, scenario) => {
  const expected = (await carry(scenario)).end;
  let kills = 0;
  for (let boundary = 1; boundary <= boundariesMax; boundary += 1) {
    const {end, isKilled} = await carry(scenario, boundary);
    expect({boundary, end}).toEqual({boundary, end: expected});
    if (!isKilled) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(kills).toBeLessThan(boundariesMax);
});

test.each([
  ['frozen', () => cluster.plane.apiserver.pause(), async () => cluster.plane.apiserver.resume()],
  ['gone', () => cluster.plane.apiserver.kill(), () => cluster.plane.apiserver.restart()],
])('the API server is %s in the middle of a run', {timeout: 180_000}, async (_, stop, start) => {
  const {Probed: scenario} = scenarios;
  if (scenario === undefined) throw new Error('no such scenario');
  const run = await submit(scenario);
  const name = targetOf(run);
  await cluster.untilRun(run.metadata.name, ({status}) => statesOf(status).startsWith('Verifying'));
  await stop();
  await sleep(awayMs);
  await start();
  await reinstalled(name);
  const {status} = await cluster.untilRun(run.metadata.name, isOver, () => replica.log.slice(-10));
  expect(status).toMatchObject({phase: 'Succeeded', steps: [{attempts: 1}, {}]});
  expect(await effectsOn(name, run)).toEqual(['patch modulereleases']);
});

async function carry(scenario: Scenario, boundary?: number): Promise<{readonly end: unknown; readonly isKilled: boolean}> {
  const run = await submit(scenario);
  const {name} = run.metadata;
  const seen = new Set<string>();
  let isKilled = false;
  let troubled: unknown;
  const watch = watchRun(cluster.plane.connectionOf('admin'), run, now => {
    scenario.surroundings?.(now).catch((error: unknown) => {
      troubled = error;
    });
    const {phase = ''} = now.status ?? {};
    if (phase !== '') seen.add(`${phase} ${statesOf(now.status)}`);
    if (isKilled || seen.size !== boundary) return;
    isKilled = true;
    replica.signal('SIGKILL');
    spare.signal('SIGCONT');
  });
  const isTidy = (now: RunObject) => isOver(now) && (Object(now.metadata).finalizers ?? []).length === 0;
  const ended = await cluster.untilRun(name, isTidy, () => [boundary, [...seen], troubled, spare.log.slice(-5)]);
  watch.stop();
  if (isKilled) {
    replica = spare;
    await addSpare();
  }
  const target = targetOf(run);
  const object = await cluster.plane.api.send({path: `${scenario.path}/${target}`});
  const {phase, progress} = ended.status ?? {};
  const end = {phase, progress, steps: statesOf(ended.status), effects: await effectsOn(target, run), object: essence(object)};
  return {end: JSON.parse(JSON.stringify(end).replaceAll(run.metadata.uid, 'UID').replaceAll(target, 'TARGET')), isKilled};
}

async function submit({runbook, target}: Scenario): Promise<RunObject> {
  made += 1;
  const object = target(made);
  await loadObjects(cluster.plane, [object]);
  return cluster.submit('ivan', `run-${made}`, runbook, {target: object.metadata.name});
}

/** Asleep until it is needed. */
async function addSpare(): Promise<void> {
  made += 1;
  spare = await cluster.startReplica(`spare-${made}`, {args: leases});
  await spare.hears(({msg}) => msg === 'started');
  spare.signal('SIGSTOP');
}

/** What the API server took of the controller beside its own records: on the target, or made for the run. */
async function effectsOn(target: string, {metadata}: RunObject): Promise<readonly string[]> {
  const lines = (await cluster.audit()).filter(({user, verb, responseStatus}) => {
    return user.username === controllerAccount && !['get', 'list', 'watch'].includes(verb) && (responseStatus?.code ?? 500) < 300;
  });
  return lines.flatMap(({verb, objectRef}) => {
    const {name = '', namespace, resource} = objectRef ?? {};
    return namespace !== 'deckhand' && (name === target || name.includes(metadata.uid)) ? [`${verb} ${resource}`] : [];
  });
}

/** The platform has acted on the annotation, where it is there. */
async function reinstalled(name: string): Promise<void> {
  const release = await cluster.plane.api.send<KubernetesObject>({path: `${releases}/${name}`});
  if (Object(release.metadata).annotations?.[reinstall] !== 'true') return;
  await cluster.plane.api.send({
    method: 'PATCH',
    path: `${releases}/${name}`,
    body: {metadata: {annotations: {[reinstall]: null}}},
    contentType: 'application/merge-patch+json',
  });
}

async function consent({metadata, status}: RunObject): Promise<void> {
  const steps: readonly {gate?: {id: string; evidenceDigest: string; have: number}}[] = Array.isArray(status?.steps) ? status.steps : [];
  const gate = steps.find(step => step.gate?.have === 0 && step.gate.evidenceDigest !== '')?.gate;
  if (gate === undefined) return;
  await createApproval(cluster.as('ivan'), {
    run: {name: metadata.name, uid: metadata.uid},
    gate: gate.id,
    kind: 'Consent',
    planDigest: Object(status?.plan).digest,
    evidenceDigest: gate.evidenceDigest,
    decision: 'Approve',
  });
}

function targetOf({spec}: RunObject): string {
  return String(Object(spec.parameters).target);
}

function statesOf(status: RunObject['status']): string {
  const steps: readonly {state: string}[] = Array.isArray(status?.steps) ? status.steps : [];
  return steps.map(({state}) => state).join(' ');
}
