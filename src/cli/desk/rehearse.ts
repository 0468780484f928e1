/** Carries a plan out on a copy of the objects it looks at, in an API server of this process: nothing real is changed. */
import type {Clock} from '../../domain/clock.ts';
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import {readRun} from '../../domain/read-run.ts';
import {approvalKind, type Run, runKind} from '../../domain/run.ts';
import type {RehearsalAnswer, RunRequest} from '../../domain/run-desk.ts';
import {approvalDefinition, runDefinition} from '../../domain/run-kinds/run-definitions.ts';
import type {Words} from '../../domain/words.ts';
import {createServerOf} from '../../embedded/apiserver/api-server.ts';
import {Refusal} from '../../engine/define-runbook.ts';
import {previewKey, type Step} from '../../engine/define-step.ts';
import {isKubeWrite} from '../../engine/describe-effect.ts';
import {type DriveParts, defaultDriveSettings} from '../../engine/drive-parts.ts';
import {driveRun} from '../../engine/drive-run.ts';
import {createGatekeeper} from '../../engine/gatekeeper.ts';
import {isKubeObject, KubeClient} from '../../engine/kube-client.ts';
import {createReader} from '../../engine/live-reader.ts';
import type {Reader} from '../../engine/reader.ts';
import {createTargetLeases} from '../../engine/target-lease.ts';
import {makeEngineParts} from './engine-parts.ts';
import {type PlanningParts, refusalOf, scriptFor} from './plan-request.ts';

const crdKind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};
const namespaceKind = {group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false};
const namespace = 'deckhand';
const name = 'rehearsal';
const person = {user: 'rehearsal', groups: []};
/** A plan has at most a hundred steps, each of which may stop once for a person. */
const turnsMax = 400;

export async function rehearse(parts: PlanningParts, request: RunRequest, startMs: number): Promise<RehearsalAnswer> {
  try {
    const objects = await lookAround(parts, request);
    const copy = await openCopy(objects, startMs);
    try {
      return await carryOut(copy, parts, request);
    } finally {
      copy.stop();
    }
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return {kind: 'refused', ...refusal};
  }
}

/**
 * Everything that planning and the first look of each step read of the real cluster. Throws Refusal where they ask inside a
 * container: on a copy nobody would answer.
 */
async function lookAround(parts: PlanningParts, request: RunRequest): Promise<readonly KubeObject[]> {
  const seen = new Map<string, KubeObject>();
  const port = recordingPort(parts.ports.kube, object => seen.set(object.metadata.uid || JSON.stringify(object.metadata), object));
  let isAskedInside = false;
  const exec = async (): Promise<never> => {
    isAskedInside = true;
    throw asksInside();
  };
  const requireNoneAsked = (): void => {
    if (isAskedInside) throw asksInside();
  };
  const ports = {...parts.ports, kube: port, exec};
  const reader = createReader(ports);
  const script = await scriptFor({...parts, ports, reader}, request).finally(requireNoneAsked);
  for (const step of script.steps) {
    // What it would refuse or wait for now is the business of the copy.
    await readWritten(step, reader).catch(() => undefined);
    await step.verify?.(reader, {key: previewKey, attempt: 1, startedAt: ports.clock.now()}).catch(() => undefined);
    requireNoneAsked();
  }
  const groups = new Set([...seen.values()].map(({apiVersion = ''}) => apiVersion.split('/')[0] ?? ''));
  for (const {group} of script.runbook.permissions) groups.add(group);
  return [...(await definitionsOf(parts.ports.kube, groups)), ...seen.values()];
}

async function readWritten(step: Step, reader: Reader): Promise<void> {
  if (step.effect === 'HumanConfirmed') return;
  for (const effect of await step.act(reader, previewKey)) if (isKubeWrite(effect)) await reader.get(effect.ref);
}

async function definitionsOf(kube: KubePort, groups: ReadonlySet<string>): Promise<readonly KubeObject[]> {
  const crds: KubeObject[] = [];
  await new KubeClient(recordingPort(kube, crd => crds.push(crd))).list(crdKind);
  return crds.filter(({spec}) => isFields(spec) && groups.has(String(spec.group)));
}

function asksInside(): Refusal {
  return new Refusal('AsksInside', {
    en: 'it asks programs inside pods, and on a copy of the objects nobody answers. The plan shows what each step does; each looks again before it acts.',
    ru: 'runbook спрашивает программы внутри подов, а на копии объектов отвечать некому. Что делает каждый шаг, видно в плане; перед действием шаг смотрит заново.',
  });
}

/** Items of a list do not repeat their kind: it is given back to them. */
function recordingPort(port: KubePort, take: (object: KubeObject) => void): KubePort {
  return {
    stream: request => port.stream(request),
    request: async request => {
      const answer = await port.request(request);
      const body: unknown = request.method === 'GET' && answer.status === 200 ? JSON.parse(answer.body) : undefined;
      if (isKubeObject(body)) take(body);
      else if (isFields(body) && Array.isArray(body.items)) {
        const {apiVersion, kind} = body;
        for (const item of body.items.filter(isKubeObject))
          take({apiVersion: String(apiVersion), kind: String(kind).replace(/List$/, ''), ...item});
      }
      return answer;
    },
  };
}

type Copy = {readonly port: KubePort; readonly clock: Clock; pass(ms: number): void; stop(): void};

async function openCopy(objects: readonly KubeObject[], startMs: number): Promise<Copy> {
  let elapsedMs = 0;
  const clock: Clock = {now: () => startMs + elapsedMs, monotonic: () => elapsedMs, setTimer: () => ({cancel: () => undefined})};
  const {server} = createServerOf(objects, {clock, random: () => 0.5});
  const client = new KubeClient(server.port);
  for (const crd of [runDefinition, approvalDefinition]) {
    const ref = {kind: crdKind, name: crd.metadata.name};
    if ((await client.get(ref)) === undefined) await client.create(ref, crd);
  }
  const place = {kind: namespaceKind, name: namespace};
  if ((await client.get(place)) === undefined)
    await client.create(place, {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
  return {
    port: server.port,
    clock,
    pass: ms => {
      elapsedMs += ms;
    },
    stop: () => server.stop(),
  };
}

async function carryOut(copy: Copy, {findRunbook}: PlanningParts, {runbook, parameters}: RunRequest): Promise<RehearsalAnswer> {
  const client = new KubeClient(copy.port);
  const ref = {kind: runKind, namespace, name};
  await client.create(ref, {
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: 'RunbookRun',
    metadata: {name, namespace},
    spec: {runbook: {name: runbook}, parameters, requestedBy: person},
  });
  const parts = driveParts(copy, findRunbook);
  const unknowable: Words[] = [];
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const outcome = await driveRun(parts, {namespace, name});
    const run = readRun((await client.get(ref)) ?? {metadata: {name, uid: '', resourceVersion: ''}, spec: {runbook: {name: runbook}}});
    if (outcome.kind === 'finished' || outcome.kind === 'gone' || outcome.kind === 'lost') return answerOf(parts, run, unknowable);
    if (outcome.kind === 'trouble') return {kind: 'refused', reason: 'RehearsalFailed', message: outcome.error.message};
    if (outcome.until !== undefined) copy.pass(Math.max(1, outcome.until - copy.clock.now()));
    else if (!(await sayYes(client, run, unknowable, turn))) return answerOf(parts, run, unknowable);
  }
  return {kind: 'refused', reason: 'RehearsalFailed', message: 'the rehearsal does not come to an end'};
}

/** Opens the gate that is closed; what only the platform would do next is passed over and named. false: nothing waits for a person. */
async function sayYes(client: KubeClient, run: Run, unknowable: Words[], turn: number): Promise<boolean> {
  const step = run.status.steps.find(({gate}) => gate !== undefined && gate.evidenceDigest !== '' && gate.have < gate.required);
  if (step?.gate === undefined) return false;
  if (step.state === 'Failed') {
    if (step.reason !== 'TimedOut') return false;
    unknowable.push({en: `${step.title}: ${step.message}`, ru: `${step.title}: ${step.message}`});
  }
  const {id, evidenceDigest} = step.gate;
  const spec = {
    run: {name: run.meta.name, uid: run.meta.uid},
    gate: id,
    kind: 'Consent',
    planDigest: run.status.plan?.digest ?? '',
    evidenceDigest,
    decision: 'Approve',
    by: person.user,
    groups: person.groups,
    reason: 'rehearsal',
  };
  const ref = {kind: approvalKind, namespace, name: `yes-${turn}`};
  await client.create(ref, {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookApproval', metadata: {name: ref.name, namespace}, spec});
  return true;
}

async function answerOf(parts: DriveParts, run: Run, unknowable: readonly Words[]): Promise<RehearsalAnswer> {
  return {kind: 'rehearsed', run, entries: await parts.store.readLog(run), unknowable: [...unknowable, always]};
}

const always: Words = {
  en: 'On the copy nobody plays the platform: what it would do, refuse or take long over is not rehearsed.',
  ru: 'На копии некому играть платформу: что она сделает, чему откажет и сколько это займёт, репетиция не знает.',
};

function driveParts({port, clock, pass}: Copy, findRunbook: PlanningParts['findRunbook']): DriveParts {
  const {ports, reader, store} = makeEngineParts({port, clock, random: () => 0.5, maskedValue: () => 'rehearsal'});
  return {
    ports,
    reader,
    store,
    holder: {identity: 'rehearsal', lease: 'rehearsal'},
    findRunbook,
    engineVersion: 'rehearsal',
    gatekeeper: createGatekeeper({ports, isTrusting: true, self: person}),
    targets: createTargetLeases({ports, store, namespace}),
    settings: {...defaultDriveSettings, pollMinMs: 30_000, pollMaxMs: 600_000},
    isHolding: () => true,
    isStopping: () => false,
    wait: async ms => pass(ms),
  };
}
