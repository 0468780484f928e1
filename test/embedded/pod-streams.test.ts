/** Streams into pods of the embedded server, over its HTTPS face by the cluster client, and in the process. */
import {systemClock} from '../../src/cli/system-clock.ts';
import {connect} from '../../src/cluster/connect.ts';
import {loadConnections} from '../../src/cluster/kubeconfig.ts';
import {createNodeRuntime} from '../../src/embedded/world/node-runtime.ts';
import {startEmbeddedServer} from '../support/embedded-server.ts';
import {describePodStreams} from '../support/pod-streams-contract.ts';

const users = [{token: 'looker-token', user: {username: 'looker', uid: '', groups: []}}];
const startServer = () => startEmbeddedServer({runtime: createNodeRuntime(systemClock), users});

describePodStreams('the embedded API server over HTTPS', async () => {
  const server = await startServer();
  const open = async (flags: {readonly token?: string}) => {
    const settings = await loadConnections({env: {KUBECONFIG: server.kubeconfigPath}, home: '/nowhere', flags});
    return connect(settings, undefined, {
      clock: systemClock,
      env: {},
      version: '0',
      isReadOnly: false,
      onCredentialNotice: () => undefined,
    });
  };
  const [cluster, looker] = [await open({}), await open({token: 'looker-token'})];
  return {
    streams: cluster.streams,
    asLooker: looker.streams,
    ports: [server.port],
    nodeName: 'worker-1',
    close: async () => {
      await cluster.close();
      await looker.close();
      await server.close();
    },
  };
});

describePodStreams('the embedded API server in the process', async () => {
  const server = await startServer();
  return {streams: server.server.streams, ports: [server.port], nodeName: 'worker-1', close: server.close};
});
