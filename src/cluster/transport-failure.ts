/** Puts what Node, TLS and undici throw into the few kinds of TransportError, each with one sentence. */
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {errorCode} from './error-code.ts';

const unreachableCodes = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);
const timeoutCodes = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'TimeoutError']);
const resetCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
]);
const truncatedCodes = new Set(['Z_BUF_ERROR', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);
const abortCodes = new Set(['ABORT_ERR', 'AbortError', 'UND_ERR_ABORTED']);
const closedCodes = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);
const untrustedCodes = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);

/** `server` is what the user knows it by: host and port. */
export function toTransportError(error: unknown, server: string): TransportError {
  const known = rootOf(error);
  if (known instanceof TransportError) return known;
  const code = errorCode(known);
  const options = {cause: known};
  if (abortCodes.has(code)) return new TransportError('aborted', phrase('connect.aborted'), options);
  if (closedCodes.has(code)) return new TransportError('aborted', phrase('connect.closed'), options);
  if (code === 'ECONNREFUSED') return new TransportError('refused', phrase('connect.refused', server), options);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') {
    return new TransportError('dns', phrase('connect.dns', hostOf(known, server)), options);
  }
  if (unreachableCodes.has(code)) return new TransportError('unreachable', phrase('connect.unreachable', server, code), options);
  if (timeoutCodes.has(code)) return new TransportError('timeout', phrase('connect.timeout', server), options);
  if (resetCodes.has(code)) return new TransportError('reset', phrase('connect.reset', server), options);
  if (truncatedCodes.has(code)) return new TransportError('reset', phrase('connect.truncated', server), options);
  if (code === 'ERR_STRING_TOO_LONG') return new TransportError('protocol', phrase('connect.tooLarge', server), options);
  return tlsFailure(known, code, server) ?? new TransportError('protocol', phrase('connect.protocol', server, code), options);
}

function tlsFailure(error: unknown, code: string, server: string): TransportError | undefined {
  const sentence = tlsSentence(error, code, server);
  return sentence === undefined ? undefined : new TransportError('tls', sentence, {cause: error});
}

function tlsSentence(error: unknown, code: string, server: string) {
  if (code === 'CERT_HAS_EXPIRED') return phrase('connect.certificateExpired', server);
  if (code === 'CERT_NOT_YET_VALID') return phrase('connect.certificateNotYetValid', server);
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return phrase('connect.certificateSelfSigned', server);
  if (untrustedCodes.has(code)) return phrase('connect.certificateUntrusted', server);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return phrase('connect.certificateWrongHost', server, namesOf(error));
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return phrase('connect.notTls', server);
  if (/ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_|NO_CERTIFICATE|HANDSHAKE_FAILURE)/.test(code)) {
    return phrase('connect.clientCertificateRefused', server, code);
  }
  if (code.startsWith('CERT_')) return phrase('connect.certificateBad', server, code);
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO'
    ? phrase('connect.tlsFailed', server, code)
    : undefined;
}

/** Several addresses of one name fail as one AggregateError; wrappers carry the reason as their cause. */
function rootOf(error: unknown): unknown {
  if (error instanceof TransportError) return error;
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof ConnectFailure) return rootOf(error.cause);
  return error;
}

/** What a connector reports. Some codes make undici try again for ever; wrapped, none of them is seen. */
export class ConnectFailure extends Error {
  constructor(cause: unknown) {
    super('no connection', {cause});
    this.name = 'ConnectFailure';
  }
}

function hostOf(error: unknown, server: string): string {
  return error instanceof Error && 'hostname' in error && typeof error.hostname === 'string' ? error.hostname : server;
}

function namesOf(error: unknown): string {
  if (!(error instanceof Error) || !('cert' in error)) return 'another host';
  const {cert} = error as {cert?: {subjectaltname?: string; subject?: {CN?: string}}};
  return cert?.subjectaltname ?? cert?.subject?.CN ?? 'another host';
}
