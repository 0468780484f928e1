/** The embedded server, over HTTPS, keeps the contract of a Kubernetes API server. */
import {describeApiContract} from '../support/api-contract.ts';
import {contractUsers} from '../support/contract/contract-rights.ts';
import {startEmbeddedServer} from '../support/embedded-server.ts';
import {httpsKubePort} from '../support/https-kube-port.ts';

const users = contractUsers.map(({name, groups}) => ({token: tokenOf(name), user: {username: name, uid: '', groups}}));

describeApiContract('the embedded API server', async () => {
  const embedded = await startEmbeddedServer({users});
  const portFor = (name: string) => httpsKubePort({...embedded, token: tokenOf(name)});
  const compact = async () => embedded.server.compact();
  return {port: httpsKubePort(embedded), portFor, compact, forget: compact, close: embedded.close};
});

function tokenOf(name: string): string {
  return `token-of-${name}`;
}
