/** A real kube-apiserver with its controller manager keeps the contract that the embedded server is held to. */
import {describeApiContract} from '../support/api-contract.ts';
import {contractUsers} from '../support/contract/contract-rights.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {httpsKubePort} from '../support/https-kube-port.ts';

describeApiContract('a real kube-apiserver', async () => {
  const cluster = await startControlPlane({components: ['controllers'], users: contractUsers});
  const portFor = (user: string) => {
    const {server, certificateAuthority = '', token = ''} = cluster.connectionOf(user);
    return httpsKubePort({url: server, caPem: certificateAuthority, token});
  };
  return {
    port: portFor('admin'),
    portFor,
    compact: cluster.compact,
    forget: async () => {
      await cluster.compact();
      await cluster.apiserver.restart();
    },
    close: cluster.stop,
  };
});
