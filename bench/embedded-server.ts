/** The embedded API server in a process of its own: tells its parent how to reach it, then, on every message, what it was asked so far. */
import process from 'node:process';
import type {ApiHandler} from '../src/embedded/apiserver/api-server.ts';
import {startEmbeddedServer} from '../test/support/embedded-server.ts';

export type EmbeddedAddress = {readonly url: string; readonly caPem: string; readonly token: string; readonly kubeconfig: string};

/** A query stays text: only plain values cross the channel. */
export type LoggedRequest = {readonly method: string; readonly path: string; readonly query: string; readonly userAgent: string};

const log: LoggedRequest[] = [];

const logged =
  (handle: ApiHandler): ApiHandler =>
  call => {
    log.push({method: call.method, path: call.path, query: call.query.toString(), userAgent: call.headers['user-agent'] ?? ''});
    return handle(call);
  };

const server = await startEmbeddedServer({crds: true, wrap: logged});
process.on('message', () => process.send?.(log));
// The channel closes with the parent, however that ends.
process.on('disconnect', () => void server.close().then(() => process.exit(0)));
const address: EmbeddedAddress = {url: server.url, caPem: server.caPem, token: server.token, kubeconfig: server.kubeconfigPath};
process.send?.(address);
