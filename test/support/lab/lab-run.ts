/** Runs of the built program against a lab: a controller in a process of its own carries them, a person agrees at each gate. */
import {setTimeout as sleep} from 'node:timers/promises';
import type {Fields} from '../../../src/domain/fields.ts';
import {readRun} from '../../../src/domain/read-run.ts';
import {finishedPhases, type Run, runKind} from '../../../src/domain/run.ts';
import {approvalDefinition, runDefinition} from '../../../src/domain/run-kinds/run-definitions.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {KubeClient} from '../../../src/engine/kube-client.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {ControllerProcess} from '../controller-process.ts';
import type {Program} from '../dashboard.ts';
import {runsNamespace} from '../runs/run-objects.ts';
import {whatWasSaid} from './commander-database.ts';
import type {Lab} from './start-lab.ts';

export type RunOrder = {readonly name: string; readonly runbook: string; readonly parameters: Fields};

export type CarryOptions = {
  /** Asked at each look at the run; true: the controller is killed now, and another one goes on. */
  readonly kills?: (run: Run) => boolean;
  /** Plays the world beside, before anybody agrees to anything; asked again and again. */
  readonly beside?: (run: Run) => Promise<unknown>;
  readonly deadlineMs?: number;
};

/** Who may do everything, so that the rights of the requester are no obstacle. */
const requester = {user: 'alice', groups: ['system:masters']};
const leases = '3/2.5/0.5';
const lookMs = 100;
const runDeadlineMs = 360_000;
const apiVersion = 'deckhand.dev/v1alpha1';

export class LabRuns {
  readonly #lab: Lab;
  readonly #program: Program;
  readonly #kubeconfigPath: string;
  readonly #world: WorldClient;
  #controller: ControllerProcess | undefined;
  #started = 0;

  private constructor(lab: Lab, program: Program, kubeconfigPath: string) {
    this.#lab = lab;
    this.#program = program;
    this.#kubeconfigPath = kubeconfigPath;
    this.#world = new WorldClient(lab.server.port);
  }

  /** `kubeconfigPath`: the controller's own way to the server. */
  static async prepare(lab: Lab, program: Program, kubeconfigPath = lab.server.kubeconfigPath): Promise<LabRuns> {
    const runs = new LabRuns(lab, program, kubeconfigPath);
    for (const definition of [runDefinition, approvalDefinition]) await runs.#world.create(definition);
    // As our own manifests have it: a helper pod that asks for more is refused.
    const labels = {'pod-security.kubernetes.io/enforce': 'restricted'};
    await runs.#world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: runsNamespace, labels}});
    const path = `/apis/${apiVersion}/namespaces/${runsNamespace}/runbookruns`;
    await waitUntil('the kind is served', async () => (await lab.server.port.request({method: 'GET', path})).status === 200, {
      deadlineMs: 20_000,
    });
    return runs;
  }

  /** To its end, or to where it stops because a person has to look at what went wrong. */
  async carry({name, runbook, parameters}: RunOrder, {kills, beside, deadlineMs = runDeadlineMs}: CarryOptions = {}): Promise<Run> {
    this.#controller ??= await this.#startController();
    await this.#world.create({
      apiVersion,
      kind: 'RunbookRun',
      metadata: {name, namespace: runsNamespace},
      spec: {runbook: {name: runbook}, parameters, requestedBy: requester},
    });
    const untilMs = performance.now() + deadlineMs;
    while (performance.now() < untilMs) {
      const run = await this.#read(name);
      if (finishedPhases.has(run.status.phase) || run.status.phase === 'Paused') return run;
      await beside?.(run);
      await this.#consent(run);
      if (kills?.(run) === true) await this.#replaceController();
      await sleep(lookMs);
    }
    throw new Error(`${name} has not ended: ${JSON.stringify((await this.#read(name)).status)}\n${whatWasSaid(this.#lab)}`);
  }

  async close(): Promise<void> {
    await this.#controller?.ended('SIGKILL');
  }

  async #read(name: string): Promise<Run> {
    const object = await new KubeClient(this.#lab.server.port).get({kind: runKind, namespace: runsNamespace, name});
    if (object === undefined) throw new Error(`the run ${name} is gone`);
    return readRun(object);
  }

  /** The yes of the requester, where the run waits for one. */
  async #consent({meta, status}: Run): Promise<void> {
    const gate = status.steps.find(step => step.gate !== undefined && step.gate.have < step.gate.required)?.gate;
    // A gate for trouble: nobody here leaves a step out, or says how an effect went.
    if (gate === undefined || gate.evidenceDigest === '' || gate.id.includes('/')) return;
    const approval = `yes-${meta.name}-${gate.id}-${gate.evidenceDigest.replace(/[^a-f0-9]/g, '').slice(0, 10)}`;
    if ((await this.#world.find({apiVersion, kind: 'RunbookApproval', name: approval, namespace: runsNamespace})) !== undefined) return;
    await this.#world.create({
      apiVersion,
      kind: 'RunbookApproval',
      metadata: {name: approval, namespace: runsNamespace},
      spec: {
        run: {name: meta.name, uid: meta.uid},
        gate: gate.id,
        kind: 'Consent',
        planDigest: status.plan?.digest,
        evidenceDigest: gate.evidenceDigest,
        decision: 'Approve',
        by: requester.user,
        groups: requester.groups,
      },
    });
  }

  async #replaceController(): Promise<void> {
    await this.#controller?.ended('SIGKILL');
    this.#controller = await this.#startController();
  }

  #startController(): Promise<ControllerProcess> {
    this.#started += 1;
    const args = ['--trust-requesters', '--leases', leases, '--token', this.#lab.server.controllerToken];
    return ControllerProcess.start(this.#program, this.#kubeconfigPath, args, `controller-${this.#started}`);
  }
}
