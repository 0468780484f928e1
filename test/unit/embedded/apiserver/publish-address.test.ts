/** Where clients inside a cluster look for its API server. */
import {expect, test} from 'vitest';
import {createApiServer} from '../../../../src/embedded/apiserver/api-server.ts';
import {publishAddress} from '../../../../src/embedded/apiserver/publish-address.ts';
import {ContractClient} from '../../../support/contract/contract-client.ts';
import {FakeClock} from '../../../support/fake-clock.ts';

const endpoints = '/api/v1/namespaces/default/endpoints/kubernetes';
const slice = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';

function publish(url: string): Promise<ContractClient> {
  const {port} = createApiServer({clock: new FakeClock(), random: () => 0.5});
  return publishAddress(port, url).then(() => new ContractClient(port));
}

test.each([
  ['https://127.0.0.1:6443', '127.0.0.1', 'IPv4'],
  ['https://[::1]:6443', '::1', 'IPv6'],
])('the Service kubernetes leads to %s', async (url, ip, addressType) => {
  const api = await publish(url);
  expect((await api.get('/api/v1/namespaces/default/services/kubernetes')).body.spec.ports).toMatchObject([{port: 443, targetPort: 6443}]);
  const [subset] = (await api.get(endpoints)).body.subsets;
  expect(subset).toEqual({addresses: [{ip}], ports: [{name: 'https', port: 6443, protocol: 'TCP'}]});
  expect((await api.get(slice)).body).toMatchObject({addressType, endpoints: [{addresses: [ip]}], ports: [{name: 'https', port: 6443}]});
});

test('a server that listens on a name publishes nothing: Endpoints hold addresses', async () => {
  const api = await publish('https://cluster.example:6443');
  expect((await api.get(endpoints)).status).toBe(404);
});
