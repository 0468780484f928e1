/** How each program of the control plane is started: its arguments, its log, and how one sees that it is ready. */
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {answersGet} from './api-client.ts';
import type {ControlPlaneBinaries} from './binaries.ts';
import type {ProgramSpec} from './program.ts';

export type Component = 'controllers' | 'scheduler' | 'kwok';

/** Everything the programs of one control plane share. */
export type Layout = {
  readonly folder: string;
  readonly binaries: ControlPlaneBinaries;
  readonly ports: {
    readonly etcd: number;
    readonly etcdPeer: number;
    readonly apiserver: number;
    readonly controllers: number;
    readonly scheduler: number;
    readonly kwok: number;
  };
  readonly tokenFile: string;
  readonly serviceAccountKey: string;
  readonly adminToken: string;
  readonly adminKubeconfig: string;
};

export function etcdUrl(layout: Layout): string {
  return `http://127.0.0.1:${layout.ports.etcd}`;
}

export function apiserverUrl(layout: Layout): string {
  return `https://127.0.0.1:${layout.ports.apiserver}`;
}

export function auditLogPath(layout: Layout): string {
  return join(layout.folder, 'audit.log');
}

/** The certificate the API server made for itself, its issuer behind it in the same file. */
export function readCertificateAuthority(layout: Layout): Promise<string> {
  return readFile(certificateFile(layout, 'crt'), 'utf8');
}

export function etcdSpec(layout: Layout): ProgramSpec {
  const url = etcdUrl(layout);
  return {
    name: 'etcd',
    path: layout.binaries.etcd,
    logPath: logPath(layout, 'etcd'),
    args: [
      `--data-dir=${join(layout.folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=http://127.0.0.1:${layout.ports.etcdPeer}`,
      '--unsafe-no-fsync',
    ],
    isReady: () => answersGet({server: url}, '/health'),
  };
}

export function apiserverSpec(layout: Layout, extraArgs: readonly string[]): ProgramSpec {
  return {
    name: 'kube-apiserver',
    path: layout.binaries.kubeApiserver,
    logPath: logPath(layout, 'kube-apiserver'),
    args: [
      `--etcd-servers=${etcdUrl(layout)}`,
      `--secure-port=${layout.ports.apiserver}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      `--cert-dir=${join(layout.folder, 'certificates')}`,
      `--service-account-key-file=${layout.serviceAccountKey}`,
      `--service-account-signing-key-file=${layout.serviceAccountKey}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--token-auth-file=${layout.tokenFile}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.0.0.0/24',
      ...extraArgs,
    ],
    isReady: async () => {
      const certificateAuthority = await readCertificateAuthority(layout);
      return answersGet({server: apiserverUrl(layout), certificateAuthority, token: layout.adminToken}, '/readyz');
    },
  };
}

export function controllersSpec(layout: Layout): ProgramSpec {
  return withHealthPort(layout, 'kube-controller-manager', layout.binaries.kubeControllerManager, layout.ports.controllers, [
    `--service-account-private-key-file=${layout.serviceAccountKey}`,
    `--root-ca-file=${certificateFile(layout, 'crt')}`,
  ]);
}

export function schedulerSpec(layout: Layout): ProgramSpec {
  return withHealthPort(layout, 'kube-scheduler', layout.binaries.kubeScheduler, layout.ports.scheduler, []);
}

/** kwok needs nothing but an API server, so that it can be pointed at one that no layout describes. */
export type KwokLayout = Pick<Layout, 'folder' | 'adminKubeconfig'> & {
  readonly binaries: Pick<ControlPlaneBinaries, 'kwok'>;
  readonly ports: Pick<Layout['ports'], 'kwok'>;
};

export function kwokSpec(layout: KwokLayout): ProgramSpec {
  return {
    name: 'kwok',
    path: required(layout.binaries.kwok, 'kwok'),
    logPath: logPath(layout, 'kwok'),
    args: [
      `--kubeconfig=${layout.adminKubeconfig}`,
      `--config=${join(import.meta.dirname, 'stages.yaml')}`,
      '--manage-all-nodes=true',
      // Off by default, and without Leases the node controller declares every node lost after 50 s.
      '--node-lease-duration-seconds=40',
      '--node-ip=127.0.0.1',
      `--server-address=127.0.0.1:${layout.ports.kwok}`,
    ],
    isReady: () => answersGet({server: `http://127.0.0.1:${layout.ports.kwok}`}, '/healthz'),
  };
}

/** One audit line for each finished request: user, verb, address, time and code. */
export async function writeAuditPolicy(layout: Layout): Promise<string[]> {
  const path = join(layout.folder, 'audit-policy.yaml');
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [{level: 'Metadata'}],
  };
  await writeFile(path, stringify(policy));
  return [`--audit-policy-file=${path}`, `--audit-log-path=${auditLogPath(layout)}`, '--audit-log-mode=blocking'];
}

function withHealthPort(layout: Layout, name: string, path: string | undefined, port: number, args: readonly string[]): ProgramSpec {
  return {
    name,
    path: required(path, name),
    logPath: logPath(layout, name),
    args: [
      `--kubeconfig=${layout.adminKubeconfig}`,
      '--leader-elect=false',
      // Their default of 20 and 50 requests a second makes a crowd of 500 pods take 24 s.
      '--kube-api-qps=1000',
      '--kube-api-burst=2000',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${certificateFile(layout, 'crt')}`,
      `--tls-private-key-file=${certificateFile(layout, 'key')}`,
      ...args,
    ],
    isReady: async () => {
      const certificateAuthority = await readCertificateAuthority(layout);
      return answersGet({server: `https://127.0.0.1:${port}`, certificateAuthority}, '/healthz');
    },
  };
}

function certificateFile(layout: Layout, extension: 'crt' | 'key'): string {
  return join(layout.folder, 'certificates', `apiserver.${extension}`);
}

function logPath(layout: Pick<Layout, 'folder'>, name: string): string {
  return join(layout.folder, `${name}.log`);
}

function required(path: string | undefined, name: string): string {
  if (path === undefined) throw new Error(`${name} is not among the control plane's programs on this machine`);
  return path;
}
