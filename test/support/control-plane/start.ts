/** Starts a real control plane on loopback for one test: etcd, kube-apiserver and the components it asks for. */
import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ApiClientOptions} from './api-client.ts';
import {ApiClient} from './api-client.ts';
import type {CustomResourceDefinition} from './apply-crds.ts';
import {applyCrds} from './apply-crds.ts';
import type {ControlPlaneBinaries} from './binaries.ts';
import {findControlPlane} from './binaries.ts';
import type {ClusterUser, UserSpec} from './cluster-users.ts';
import {ADMIN, writeKubeconfig, writeServiceAccountKey, writeUsers} from './cluster-users.ts';
import {compactEtcd} from './compact-etcd.ts';
import {findFreePorts} from './free-port.ts';
import {OrphanGuard} from './orphan-guard.ts';
import type {ProgramHandle, ProgramSpec} from './program.ts';
import {Program} from './program.ts';
import type {Component, Layout} from './program-specs.ts';
import {
  apiserverSpec,
  apiserverUrl,
  auditLogPath,
  controllersSpec,
  etcdSpec,
  etcdUrl,
  kwokSpec,
  readCertificateAuthority,
  schedulerSpec,
  writeAuditPolicy,
} from './program-specs.ts';

export type ControlPlaneOptions = {
  readonly components?: readonly Component[];
  /** A line of JSON per finished request, level Metadata, in `ControlPlane.auditLog`. */
  readonly auditLog?: boolean;
  /** Besides the administrator; without rights until a test binds some. */
  readonly users?: readonly UserSpec[];
};

export type ControlPlane = {
  readonly server: string;
  readonly binaries: ControlPlaneBinaries;
  /** As the administrator. */
  readonly api: ApiClient;
  readonly etcd: ProgramHandle;
  readonly apiserver: ProgramHandle;
  readonly auditLog: string | undefined;
  component(name: Component): ProgramHandle;
  /** `admin`, or a user asked for at the start. */
  user(name: string): ClusterUser;
  /** What an ApiClient needs to speak as that user. */
  connectionOf(userName: string): ApiClientOptions;
  /**
   * Makes every resource version seen so far too old for a LIST (410), within the 15 s in which the server notices. A WATCH from one is
   * still served from the API server's memory, as in real clusters: for 410 there, restart the API server too.
   */
  compact(): Promise<void>;
  /** The CRDs in the YAML files of a folder (not of the folders in it). */
  applyCrds(folder: string): Promise<CustomResourceDefinition[]>;
  stop(): Promise<void>;
};

export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = findControlPlane();
  if ('missing' in binaries) throw new Error(`${binaries.missing} (npm run test:cluster builds it)`);
  const folder = await mkdtemp(join(tmpdir(), 'deckhand-control-plane-'));
  const guard = new OrphanGuard(folder);
  try {
    return await startPrograms(folder, guard, binaries, options);
  } catch (error) {
    await guard.release();
    throw error;
  }
}

const componentSpecs: Readonly<Record<Component, (layout: Layout) => ProgramSpec>> = {
  controllers: controllersSpec,
  scheduler: schedulerSpec,
  kwok: kwokSpec,
};

async function startPrograms(
  folder: string,
  guard: OrphanGuard,
  binaries: ControlPlaneBinaries,
  options: ControlPlaneOptions,
): Promise<ControlPlane> {
  const {layout, users} = await layOut(folder, binaries, options.users ?? []);
  const wanted = options.components ?? [];
  // Looked up before anything runs, so that a missing program is said at once.
  const components = new Map(wanted.map(name => [name, new Program(componentSpecs[name](layout), guard)]));
  const etcd = new Program(etcdSpec(layout), guard);
  const apiserver = new Program(apiserverSpec(layout, await apiserverArgs(layout, options)), guard);

  await etcd.start();
  await apiserver.start();
  const server = apiserverUrl(layout);
  const certificateAuthority = await readCertificateAuthority(layout);
  for (const user of users.values()) writeKubeconfig(user, server, certificateAuthority);
  await Promise.all([...components.values()].map(component => component.start()));

  const user = (name: string): ClusterUser => find(users, name, 'user');
  const connectionOf = (name: string): ApiClientOptions => ({server, certificateAuthority, token: user(name).token});
  const api = new ApiClient(connectionOf(ADMIN));
  return {
    server,
    binaries,
    api,
    etcd,
    apiserver,
    auditLog: options.auditLog === true ? auditLogPath(layout) : undefined,
    component: name => find(components, name, 'component'),
    user,
    connectionOf,
    compact: () => compactEtcd(etcdUrl(layout)),
    applyCrds: crdFolder => applyCrds(api, crdFolder),
    stop: async () => {
      api.close();
      await Promise.all([...components.values(), apiserver, etcd].map(program => program.kill()));
      await guard.release();
    },
  };
}

async function layOut(
  folder: string,
  binaries: ControlPlaneBinaries,
  specs: readonly UserSpec[],
): Promise<{layout: Layout; users: ReadonlyMap<string, ClusterUser>}> {
  const [etcd = 0, etcdPeer = 0, apiserver = 0, controllers = 0, scheduler = 0, kwok = 0] = await findFreePorts(6);
  const tokenFile = join(folder, 'tokens.csv');
  const serviceAccountKey = join(folder, 'service-account.key');
  const users = new Map(writeUsers(folder, tokenFile, specs).map(user => [user.name, user]));
  const admin = find(users, ADMIN, 'user');
  writeServiceAccountKey(serviceAccountKey);
  const layout: Layout = {
    folder,
    binaries,
    ports: {etcd, etcdPeer, apiserver, controllers, scheduler, kwok},
    tokenFile,
    serviceAccountKey,
    adminToken: admin.token,
    adminKubeconfig: admin.kubeconfig,
  };
  return {layout, users};
}

async function apiserverArgs(layout: Layout, options: ControlPlaneOptions): Promise<string[]> {
  const args = options.auditLog === true ? await writeAuditPolicy(layout) : [];
  // Without the controllers nobody makes the service account that this plug-in demands of every pod's namespace.
  if (options.components?.includes('controllers') !== true) args.push('--disable-admission-plugins=ServiceAccount');
  return args;
}

function find<Key extends string, Value>(map: ReadonlyMap<Key, Value>, key: Key, what: string): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`this control plane was started without the ${what} ${key}`);
  return value;
}
