/** A certificate authority and a server certificate of the embedded server's own, made anew at each start. */
import {isIP} from 'node:net';
import {generate} from 'selfsigned';

export type ServerCertificate = {readonly caPem: string; readonly certPem: string; readonly keyPem: string};

const VALID_DAYS = 365;

export async function makeServerCertificate(listenHost: string, nowMs: number): Promise<ServerCertificate> {
  // A day of slack on both sides for clients whose clocks differ.
  const validity = {notBeforeDate: new Date(nowMs - 86_400_000), notAfterDate: new Date(nowMs + VALID_DAYS * 86_400_000)};
  const authority = await generate([{name: 'commonName', value: 'deckhand embedded cluster'}], {
    ...validity,
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {name: 'basicConstraints', cA: true, critical: true},
      {name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true},
    ],
  });
  const server = await generate([{name: 'commonName', value: 'kube-apiserver'}], {
    ...validity,
    keyType: 'ec',
    algorithm: 'sha256',
    ca: {key: authority.private, cert: authority.cert},
    extensions: [
      {name: 'basicConstraints', cA: false, critical: true},
      {name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true},
      {name: 'extKeyUsage', serverAuth: true},
      {name: 'subjectAltName', altNames: alternativeNames(listenHost)},
    ],
  });
  return {caPem: authority.cert, certPem: server.cert, keyPem: server.private};
}

function alternativeNames(listenHost: string): Array<{type: 2; value: string} | {type: 7; ip: string}> {
  const addresses = new Set(['127.0.0.1', '::1']);
  const names = new Set(['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc']);
  (isIP(listenHost) === 0 ? names : addresses).add(listenHost);
  return [...[...names].map(value => ({type: 2 as const, value})), ...[...addresses].map(ip => ({type: 7 as const, ip}))];
}
