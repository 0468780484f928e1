/** A real API server with what `deckhand manifests` prints, a controller's account, people who ask for runs, and the audit log. */
import {readFile} from 'node:fs/promises';
import {ApiClient} from '../control-plane/api-client.ts';
import type {KubernetesObject} from '../control-plane/kubernetes-object.ts';
import {loadObjects} from '../control-plane/load-objects.ts';
import {type ControlPlane, startControlPlane} from '../control-plane/start.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {ControllerProcess} from '../controller-process.ts';
import type {Program} from '../dashboard.ts';
import {kubectlOf} from '../kubectl.ts';
import {createRun, type Fields, type RunObject, runsNamespace} from './run-objects.ts';

export type Rule = {readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly verbs: readonly string[]};

/** People by name, each with what they may do beside asking for runs. */
export type People = Readonly<Record<string, readonly Rule[]>>;

export type RunClusterOptions = {readonly people: People; readonly groups: string; readonly hasPolicies?: boolean};

export type AuditLine = {
  readonly verb: string;
  readonly user: {readonly username: string};
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: {readonly code: number};
};

export const controllerAccount = 'system:serviceaccount:deckhand:deckhand-controller';
export const everyVerb: Rule = {apiGroups: ['*'], resources: ['*'], verbs: ['*']};
const apiGroup = 'rbac.authorization.k8s.io';
const apiVersion = `${apiGroup}/v1`;
const runsPath = `/apis/deckhand.dev/v1alpha1/namespaces/${runsNamespace}/runbookruns`;
const deadlineMs = 60_000;

export class RunCluster {
  readonly plane: ControlPlane;
  readonly #program: Program;
  readonly #token: string;
  readonly #clients = new Map<string, ApiClient>();

  private constructor(plane: ControlPlane, program: Program, token: string) {
    this.plane = plane;
    this.#program = program;
    this.#token = token;
  }

  static async start(program: Program, {people, groups, hasPolicies = true}: RunClusterOptions): Promise<RunCluster> {
    const plane = await startControlPlane({auditLog: true, users: Object.keys(people).map(name => ({name, groups: ['people']}))});
    try {
      // Where the platform's own things are, whose roles have their place there.
      await loadObjects(plane, [{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'd8-system'}}]);
      const {stdout} = await program.run(['manifests', '--runbooks', groups]);
      const manifests = hasPolicies ? stdout : withoutPolicies(stdout);
      const kubectl = kubectlOf(plane.binaries.kubectl, plane.user('admin').kubeconfig);
      const applied = await kubectl(['apply', '-f', '-'], {input: manifests});
      if (applied.code !== 0) throw new Error(applied.stderr);
      await loadObjects(plane, rightsOf(people));
      const cluster = new RunCluster(plane, program, await tokenOf(plane));
      if (hasPolicies) await cluster.#untilStamped(Object.keys(people)[0] ?? '');
      return cluster;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    await this.plane.stop();
  }

  startReplica(name: string, {server, args = []}: {readonly server?: string; readonly args?: readonly string[]} = {}) {
    const address = server === undefined ? [] : ['--server', server];
    return ControllerProcess.start(this.#program, this.plane.user('admin').kubeconfig, ['--token', this.#token, ...address, ...args], name);
  }

  as(person: string): ApiClient {
    const known = this.#clients.get(person) ?? new ApiClient(this.plane.connectionOf(person));
    this.#clients.set(person, known);
    return known;
  }

  submit(person: string, name: string, runbook: string, parameters: Fields, more: Fields = {}): Promise<RunObject> {
    return createRun(this.as(person), {runbook: {name: runbook}, parameters, ...more}, name);
  }

  async runs(): Promise<readonly RunObject[]> {
    return (await this.plane.api.send<{items: RunObject[]}>({path: runsPath})).items;
  }

  run(name: string): Promise<RunObject> {
    return this.plane.api.send<RunObject>({path: `${runsPath}/${name}`});
  }

  untilRun(
    name: string,
    isIt: (run: RunObject) => boolean,
    explain: () => unknown = () => '',
    patienceMs = deadlineMs,
  ): Promise<RunObject> {
    let seen: RunObject | undefined;
    return waitUntil(
      `the run ${name} is there`,
      async () => {
        seen = await this.run(name);
        return isIt(seen) && seen;
      },
      {deadlineMs: patienceMs, explain: () => JSON.stringify([seen?.status, explain()])},
    );
  }

  async audit(): Promise<readonly AuditLine[]> {
    const text = await readFile(this.plane.auditLog ?? '', 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line));
  }

  /** Policies bite a moment after they are made: until then a run would carry no name. */
  async #untilStamped(person: string): Promise<void> {
    const body = {
      apiVersion: 'deckhand.dev/v1alpha1',
      kind: 'RunbookRun',
      metadata: {name: 'probe'},
      spec: {runbook: {name: 'probe'}, parameters: {target: 'probe'}},
    };
    await waitUntil(
      'the requester is stamped',
      async () =>
        (await this.as(person).send<RunObject>({method: 'POST', path: `${runsPath}?dryRun=All`, body})).spec.requestedBy !== undefined,
      {deadlineMs},
    );
  }
}

export function isOver({status}: RunObject): boolean {
  return ['Succeeded', 'Failed', 'Aborted'].includes(String(status?.phase));
}

/** How often the API server took a write of the kind on each object, by the object's name. */
export function countWrites(lines: readonly AuditLine[], resource: string, verb: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const {verb: seen, objectRef, responseStatus, user} of lines) {
    if (seen !== verb || objectRef?.resource !== resource || (responseStatus?.code ?? 500) >= 300) continue;
    if (user.username !== controllerAccount) continue;
    const name = objectRef.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

async function tokenOf(plane: ControlPlane): Promise<string> {
  const {status} = await plane.api.send<{status: {token: string}}>({
    method: 'POST',
    path: `/api/v1/namespaces/${runsNamespace}/serviceaccounts/deckhand-controller/token`,
    body: {apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {}},
  });
  return status.token;
}

function withoutPolicies(manifests: string): string {
  return manifests
    .split('---\n')
    .filter(manifest => !/^kind: \w+AdmissionPolicy/m.test(manifest))
    .join('---\n');
}

function rightsOf(people: People): readonly KubernetesObject[] {
  return Object.entries(people).flatMap(([name, rules]) => {
    const subjects = [{apiGroup, kind: 'User', name}];
    return [
      {
        apiVersion,
        kind: 'RoleBinding',
        metadata: {name: `requester-${name}`, namespace: runsNamespace},
        roleRef: {apiGroup, kind: 'ClusterRole', name: 'deckhand-requester'},
        subjects,
      },
      {apiVersion, kind: 'ClusterRole', metadata: {name: `person-${name}`}, rules},
      {
        apiVersion,
        kind: 'ClusterRoleBinding',
        metadata: {name: `person-${name}`},
        roleRef: {apiGroup, kind: 'ClusterRole', name: `person-${name}`},
        subjects,
      },
    ];
  });
}
