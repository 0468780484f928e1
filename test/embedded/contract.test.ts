/** The embedded server, over HTTPS, keeps the contract of a Kubernetes API server. */
import {describeApiContract} from '../support/api-contract.ts';
import {startEmbeddedServer} from '../support/embedded-server.ts';
import {httpsKubePort} from '../support/https-kube-port.ts';

describeApiContract('the embedded API server', async () => {
  const embedded = await startEmbeddedServer();
  const compact = async () => embedded.server.compact();
  return {port: httpsKubePort(embedded), compact, forget: compact, close: embedded.close};
});
