/** The embedded server as a target: one child process, filled over HTTPS as any cluster would be. */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {loadObjects} from '../test/support/control-plane/load-objects.ts';
import type {EmbeddedAddress, LoggedRequest} from './embedded-server.ts';
import {benchObjects, runKinds, type Target} from './target.ts';

export async function startEmbeddedTarget(): Promise<Target> {
  const child = fork(join(import.meta.dirname, 'embedded-server.ts'), {stdio: ['ignore', 'ignore', 'inherit', 'ipc']});
  const [address] = (await once(child, 'message')) as [EmbeddedAddress];
  const connection = {server: address.url, certificateAuthority: address.caPem, token: address.token};
  await loadObjects({connectionOf: () => connection}, runKinds());
  await loadObjects({connectionOf: () => connection}, benchObjects());
  return {
    name: 'embedded',
    kubeconfig: address.kubeconfig,
    connection,
    async requests() {
      child.send('requests');
      const [log] = (await once(child, 'message')) as [readonly LoggedRequest[]];
      return log.map(({query, ...request}) => ({...request, query: new URLSearchParams(query)}));
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
