/** A real kube-apiserver with its controller manager keeps the contract that the embedded server is held to. */
import {describeApiContract} from '../support/api-contract.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {httpsKubePort} from '../support/https-kube-port.ts';

describeApiContract('a real kube-apiserver', async () => {
  const cluster = await startControlPlane({components: ['controllers']});
  const {server, certificateAuthority = '', token = ''} = cluster.connectionOf('admin');
  return {
    port: httpsKubePort({url: server, caPem: certificateAuthority, token}),
    compact: cluster.compact,
    forget: async () => {
      await cluster.compact();
      await cluster.apiserver.restart();
    },
    close: cluster.stop,
  };
});
