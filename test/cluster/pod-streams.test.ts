/** Streams into pods through a real kube-apiserver, to a node that speaks WebSocket. */
import {expect} from 'vitest';
import {systemClock} from '../../src/cli/system-clock.ts';
import {connect} from '../../src/cluster/connect.ts';
import {loadConnections} from '../../src/cluster/kubeconfig.ts';
import {createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {createNodeRuntime} from '../../src/embedded/world/node-runtime.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {describePodStreams} from '../support/pod-streams-contract.ts';
import {startWebSocketKubelet} from '../support/websocket-kubelet.ts';

const nodeName = 'worker-1';

describePodStreams('a real kube-apiserver', async () => {
  const cluster = await startControlPlane({users: [{name: 'looker'}]});
  const node = createApiServer({clock: systemClock, random: Math.random, runtime: createNodeRuntime(systemClock)});
  const kubelet = await startWebSocketKubelet(node.handle, systemClock.now());
  const open = async (user: string) => {
    const settings = await loadConnections({env: {KUBECONFIG: cluster.user(user).kubeconfig}, home: '/nowhere', flags: {}});
    return connect(settings, undefined, {
      clock: systemClock,
      env: {},
      version: '0',
      isReadOnly: false,
      onCredentialNotice: () => undefined,
    });
  };
  const [connection, looker] = [await open('admin'), await open('looker')];
  await send('POST', '/api/v1/namespaces/default/serviceaccounts', {metadata: {name: 'default'}});
  await send('POST', '/api/v1/nodes', {metadata: {name: nodeName}});
  await send('PATCH', `/api/v1/nodes/${nodeName}/status`, {
    status: {
      addresses: [{type: 'InternalIP', address: '127.0.0.1'}],
      daemonEndpoints: {kubeletEndpoint: {Port: kubelet.port}},
      declaredFeatures: ['ExtendWebSocketsToKubelet'],
    },
  });
  return {
    streams: connection.streams,
    asLooker: looker.streams,
    ports: [connection.port, node.port],
    nodeName,
    close: async () => {
      await connection.close();
      await looker.close();
      await cluster.stop();
      await kubelet.close();
      node.stop();
    },
  };

  async function send(method: 'POST' | 'PATCH', path: string, body: object): Promise<void> {
    const headers = {'content-type': method === 'POST' ? 'application/json' : 'application/merge-patch+json'};
    const answer = await connection.port.request({method, path, headers, body: JSON.stringify(body)});
    expect(answer.status, answer.body).toBeLessThan(300);
  }
});
