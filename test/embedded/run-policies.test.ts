/** The policies of runs and approvals on the embedded API server: the same contract as on a real one. */
import {describeRunPolicies} from '../support/contract/run-policies-contract.ts';
import {startEmbeddedServer} from '../support/embedded-server.ts';

describeRunPolicies(async () => {
  const token = 'token-of-ivan';
  const server = await startEmbeddedServer({users: [{token, user: {username: 'ivan', uid: '', groups: ['dev', 'ops']}}]});
  return {
    connectionOf: name => ({server: server.url, certificateAuthority: server.caPem, token: name === 'ivan' ? token : server.token}),
    stop: server.close,
  };
});
