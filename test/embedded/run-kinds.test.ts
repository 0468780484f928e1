/** RunbookRun and RunbookApproval on the embedded API server: the same contract as on a real one. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll} from 'vitest';
import {parse} from 'yaml';
import {describeRunKinds} from '../support/contract/run-kinds-contract.ts';
import {ApiClient} from '../support/control-plane/api-client.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {runsNamespace} from '../support/runs/run-objects.ts';

const crds = join(import.meta.dirname, '../../deploy/crds');

let server: EmbeddedServer;
let api: ApiClient;

beforeAll(async () => {
  server = await startEmbeddedServer();
  api = new ApiClient({server: server.url, certificateAuthority: server.caPem, token: server.token});
  for (const file of readdirSync(crds).filter(name => name.endsWith('.yaml'))) {
    const definition: unknown = parse(readFileSync(join(crds, file), 'utf8'));
    await api.send({method: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: definition});
  }
  await api.send({method: 'POST', path: '/api/v1/namespaces', body: {metadata: {name: runsNamespace}}});
});
afterAll(async () => {
  api?.close();
  await server?.close();
});

describeRunKinds(() => api);
