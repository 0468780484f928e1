/** Says inside the cluster where its API server is: the Service `kubernetes` and what lies behind it, as kube-apiserver keeps them. */
import {isIP} from 'node:net';
import type {KubePort} from '../../domain/kube-port.ts';

/** First address of the platform's default service subnet. Nothing routes it here: clients that look for the server go to its Endpoints. */
const CLUSTER_IP = '10.222.0.1';

const metadata = {name: 'kubernetes', namespace: 'default'};
const labels = {component: 'apiserver', provider: 'kubernetes'};

export async function publishAddress(port: KubePort, url: string): Promise<void> {
  const {hostname, port: portText} = new URL(url);
  const ip = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(ip);
  // Endpoints hold addresses only; a server that listens on a name is found by its kubeconfig alone.
  if (family === 0) return;
  const target = {name: 'https', port: Number(portText), protocol: 'TCP'};
  await create(port, '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {...metadata, labels},
    spec: {type: 'ClusterIP', clusterIP: CLUSTER_IP, clusterIPs: [CLUSTER_IP], ports: [{...target, port: 443, targetPort: target.port}]},
  });
  await create(port, '/api/v1/namespaces/default/endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {...metadata, labels: {'endpointslice.kubernetes.io/skip-mirror': 'true'}},
    subsets: [{addresses: [{ip}], ports: [target]}],
  });
  await create(port, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {...metadata, labels: {'kubernetes.io/service-name': metadata.name}},
    addressType: family === 6 ? 'IPv6' : 'IPv4',
    endpoints: [{addresses: [ip], conditions: {ready: true}}],
    ports: [target],
  });
}

async function create(port: KubePort, path: string, object: object): Promise<void> {
  const {status, body} = await port.request({method: 'POST', path, body: JSON.stringify(object)});
  if (status !== 201) throw new Error(`the address of the API server cannot be published: ${body}`);
}
