/** What kubelet and Prometheus ask of the headless engine: /healthz, /readyz and /metrics. */
import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {ListenAddress} from '../listen-address.ts';
import {UsageError} from '../usage-error.ts';

export type Probes = {
  /** Why the process should be started anew, one reason each; none while it is well. */
  unhealthy(): readonly string[];
  /** Why it is not to be relied on yet or any more. */
  unready(): readonly string[];
  readonly metrics: {readonly contentType: string; text(): Promise<string>};
};

export type ProbeServer = {readonly address: ListenAddress; close(): Promise<void>};

/** Throws UsageError where the address cannot be had. */
export async function serveProbes({host, port}: ListenAddress, probes: Probes): Promise<ProbeServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'only GET');
    switch (request.url?.split('?', 1)[0]) {
      case '/healthz':
        return verdict(response, probes.unhealthy());
      case '/readyz':
        return verdict(response, probes.unready());
      case '/metrics':
        return void probes.metrics.text().then(
          text => answer(response, 200, text, probes.metrics.contentType),
          (error: unknown) => answer(response, 500, String(error)),
        );
      default:
        return answer(response, 404, 'here are /healthz, /readyz and /metrics');
    }
  });
  const {promise, resolve, reject} = Promise.withResolvers<void>();
  server.once('error', error => reject(new UsageError(`--listen ${host}:${port}: ${error.message}`, {cause: error})));
  // Without a host Node listens on every address of both families.
  server.listen({port, ...(host === '' ? {} : {host})}, resolve);
  await promise;
  return {
    address: addressOf(server.address()),
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function addressOf(address: AddressInfo | string | null): ListenAddress {
  if (typeof address !== 'object' || address === null) throw new Error('the probes listen on no port');
  return {host: address.address, port: address.port};
}

function verdict(response: ServerResponse, reasons: readonly string[]): void {
  answer(response, reasons.length === 0 ? 200 : 503, reasons.length === 0 ? 'ok' : reasons.join('\n'));
}

function answer(response: ServerResponse, code: number, body: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(code, {'content-type': contentType});
  response.end(body.endsWith('\n') ? body : `${body}\n`);
}
