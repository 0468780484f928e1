/** Starts an embedded API server for a test: in process, over HTTPS, and with a kubeconfig file. */
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseAllDocuments} from 'yaml';
import {systemClock} from '../../src/cli/system-clock.ts';
import type {Clock} from '../../src/domain/clock.ts';
import type {KubePort} from '../../src/domain/kube-port.ts';
import {type ApiHandler, type ApiServer, createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {listen} from '../../src/embedded/apiserver/http-face.ts';
import type {InFlightLimit} from '../../src/embedded/apiserver/in-flight-limit.ts';
import {writeKubeconfig} from '../../src/embedded/apiserver/kubeconfig.ts';
import type {PodRuntime} from '../../src/embedded/apiserver/pod-runtime.ts';
import {publishAddress} from '../../src/embedded/apiserver/publish-address.ts';
import type {KnownUser} from '../../src/embedded/apiserver/rbac/users.ts';

export type EmbeddedServer = {
  /** The in-process face. */
  readonly port: KubePort;
  readonly url: string;
  readonly kubeconfigPath: string;
  readonly token: string;
  readonly caPem: string;
  readonly server: ApiServer;
  close(): Promise<void>;
};

export type EmbeddedServerOptions = {
  /** Installs the platform's CRDs. */
  readonly crds?: boolean;
  readonly clock?: Clock;
  /** Besides the owner; with them rights are looked at. */
  readonly users?: readonly KnownUser[];
  /** Plays the nodes. */
  readonly runtime?: PodRuntime;
  /** Of requests under way over HTTPS. */
  readonly limit?: InFlightLimit;
  /** Stands between the HTTPS face and the server: injects faults. */
  readonly wrap?: (handle: ApiHandler) => ApiHandler;
};

const crdFolder = join(import.meta.dirname, '../../deploy/crds/platform');

export async function startEmbeddedServer({
  crds = false,
  clock = systemClock,
  users,
  runtime,
  limit,
  wrap,
}: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const server = createApiServer({clock, random: Math.random, hasRbac: users !== undefined, ...(runtime && {runtime})});
  if (crds) await installPlatformCrds(server.port);
  const face = await listen(wrap === undefined ? server.handle : wrap(server.handle), {
    host: '127.0.0.1',
    port: 0,
    nowMs: systemClock.now(),
    ...(users !== undefined && {users}),
    ...(limit !== undefined && {limit}),
  });
  await publishAddress(server.port, face.url);
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-embedded-'));
  const kubeconfigPath = join(folder, 'kubeconfig');
  await writeKubeconfig(kubeconfigPath, face);
  return {
    port: server.port,
    url: face.url,
    token: face.token,
    caPem: face.caPem,
    kubeconfigPath,
    server,
    close: async () => {
      server.stop();
      await face.close();
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

export async function installPlatformCrds(port: KubePort): Promise<void> {
  for (const file of readdirSync(crdFolder).filter(name => name.endsWith('.yaml'))) {
    for (const document of parseAllDocuments(readFileSync(join(crdFolder, file), 'utf8'))) {
      const crd: unknown = document.toJS();
      if (crd === null) continue;
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      const answer = await port.request({method: 'POST', path, body: JSON.stringify(crd)});
      if (answer.status !== 201) throw new Error(`${file}: ${answer.body}`);
    }
  }
}
