/**
 * People who have kubectl alone, on a real API server with what `deckhand manifests` prints: one asks for a run, a colleague agrees at
 * each gate, and a controller with nothing but the rights of its account carries it out.
 */
import {setTimeout as sleep} from 'node:timers/promises';
import type {Fields} from '../../../src/domain/fields.ts';
import {readRun} from '../../../src/domain/read-run.ts';
import {finishedPhases, type Run} from '../../../src/domain/run.ts';
import type {KubernetesObject} from '../control-plane/kubernetes-object.ts';
import {loadObjects} from '../control-plane/load-objects.ts';
import type {ControlPlane} from '../control-plane/start.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {ControllerProcess} from '../controller-process.ts';
import type {Program} from '../dashboard.ts';
import {type Kubectl, kubectlOf} from '../kubectl.ts';
import {everyVerb} from '../runs/run-cluster.ts';
import {runsNamespace} from '../runs/run-objects.ts';
import {whatWasSaid} from './commander-database.ts';
import type {CarryOptions, RunOrder} from './lab-run.ts';
import {labPeople} from './lab-server.ts';
import type {Lab} from './start-lab.ts';

const apiVersion = 'deckhand.dev/v1alpha1';
const apiGroup = 'rbac.authorization.k8s.io';
const leases = '3/2.5/0.5';
const lookMs = 200;
const stampedMs = 60_000;
const {requester, approver} = labPeople;

export class KubectlPeople {
  readonly #lab: Lab;
  readonly #program: Program;
  readonly #token: string;
  readonly #asRequester: Kubectl;
  readonly #asApprover: Kubectl;
  #controller: ControllerProcess | undefined;

  private constructor(lab: Lab, program: Program, plane: ControlPlane, token: string) {
    this.#lab = lab;
    this.#program = program;
    this.#token = token;
    const as = (person: string) => kubectlOf(plane.binaries.kubectl, plane.user(person).kubeconfig);
    [this.#asRequester, this.#asApprover] = [as(requester), as(approver)];
  }

  static async prepare(lab: Lab, program: Program): Promise<KubectlPeople> {
    const {plane} = lab.server;
    if (plane === undefined) throw new Error('people with kubectl need a real API server');
    const {stdout} = await program.run(['manifests', '--runbooks', 'postgres']);
    // The controller is a process of the test: a pod of this lab would only wait.
    const manifests = stdout.split('---\n').filter(manifest => !/^kind: Deployment/m.test(manifest));
    const admin = kubectlOf(plane.binaries.kubectl, plane.user('admin').kubeconfig);
    await said(admin, ['apply', '-f', '-'], manifests.join('---\n'));
    await loadObjects(plane, rights);
    const token = await said(admin, ['create', 'token', 'deckhand-controller', '-n', runsNamespace, '--duration', '4h']);
    const people = new KubectlPeople(lab, program, plane, token.trim());
    await people.#untilStamped();
    return people;
  }

  /** To its end, or to where it stops because a person has to look at what went wrong. */
  async carry(order: RunOrder, {kills, deadlineMs = 600_000}: Pick<CarryOptions, 'kills' | 'deadlineMs'> = {}): Promise<Run> {
    this.#controller ??= await this.#startController();
    await said(this.#asRequester, ['create', '-f', '-'], JSON.stringify(runOf(order)));
    const untilMs = performance.now() + deadlineMs;
    let run = await this.#read(order.name);
    while (performance.now() < untilMs) {
      if (finishedPhases.has(run.status.phase) || run.status.phase === 'Paused') return run;
      await this.#approve(run);
      if (kills?.(run) === true) {
        await this.#controller.ended('SIGKILL');
        this.#controller = await this.#startController();
      }
      await sleep(lookMs);
      run = await this.#read(order.name);
    }
    throw new Error(`${order.name} has not ended: ${JSON.stringify(run.status)}\n${whatWasSaid(this.#lab)}`);
  }

  /** Who opened its gates, as the API server stamped it. */
  async approvers(): Promise<readonly string[]> {
    const path = '{range .items[*]}{.spec.by}{"\\n"}{end}';
    return (await said(this.#asApprover, ['get', 'rba', '-n', runsNamespace, '-o', `jsonpath=${path}`])).trim().split('\n');
  }

  async close(): Promise<void> {
    await this.#controller?.ended('SIGKILL');
  }

  async #read(name: string): Promise<Run> {
    return readRun(JSON.parse(await said(this.#asApprover, ['get', 'rbr', name, '-n', runsNamespace, '-o', 'json'])));
  }

  async #approve({meta, status}: Run): Promise<void> {
    const gate = status.steps.find(step => step.gate !== undefined && step.gate.have < step.gate.required)?.gate;
    if (gate === undefined || gate.evidenceDigest === '' || gate.id.includes('/')) return;
    const name = `yes-${gate.id}-${gate.evidenceDigest.replace(/[^a-f0-9]/g, '').slice(0, 10)}`;
    const approval = {
      apiVersion,
      kind: 'RunbookApproval',
      metadata: {name, namespace: runsNamespace},
      spec: {
        run: {name: meta.name, uid: meta.uid},
        gate: gate.id,
        planDigest: status.plan?.digest,
        evidenceDigest: gate.evidenceDigest,
        decision: 'Approve',
      },
    };
    const {code, stderr} = await this.#asApprover(['create', '-f', '-'], {input: JSON.stringify(approval)});
    if (code !== 0 && !stderr.includes('AlreadyExists')) throw new Error(stderr);
  }

  #startController(): Promise<ControllerProcess> {
    return ControllerProcess.start(this.#program, this.#lab.server.kubeconfigPath, ['--leases', leases, '--token', this.#token]);
  }

  /** Policies bite a moment after they are made: until then a run would carry no name. */
  async #untilStamped(): Promise<void> {
    const probe = JSON.stringify(runOf({name: 'probe', runbook: 'probe', parameters: {target: 'probe'}}));
    const path = 'jsonpath={.spec.requestedBy.user}';
    await waitUntil(
      'the requester is stamped',
      async () => (await this.#asRequester(['create', '--dry-run=server', '-o', path, '-f', '-'], {input: probe})).stdout === requester,
      {deadlineMs: stampedMs},
    );
  }
}

async function said(kubectl: Kubectl, args: readonly string[], input = ''): Promise<string> {
  const {code, stdout, stderr} = await kubectl(args, {input});
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function runOf({name, runbook, parameters}: RunOrder): Fields {
  return {
    apiVersion,
    kind: 'RunbookRun',
    metadata: {name, namespace: runsNamespace},
    spec: {runbook: {name: runbook}, parameters},
  };
}

/** The requester may do all that the run does; the approver may agree, and nothing else. */
const rights: readonly KubernetesObject[] = [
  {apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: {name: 'person-of-the-database'}, rules: [everyVerb]},
  bindingOf('ClusterRoleBinding', 'person-of-the-database', requester),
  bindingOf('RoleBinding', 'deckhand-requester', requester),
  bindingOf('RoleBinding', 'deckhand-approver', approver),
];

function bindingOf(kind: 'ClusterRoleBinding' | 'RoleBinding', role: string, name: string): KubernetesObject {
  return {
    apiVersion: `${apiGroup}/v1`,
    kind,
    metadata: {name: `${role}-${name}`, ...(kind === 'RoleBinding' && {namespace: runsNamespace})},
    roleRef: {apiGroup, kind: 'ClusterRole', name: role},
    subjects: [{apiGroup, kind: 'User', name}],
  };
}
