/** Says what went wrong on the way through a proxy: the proxy must be named, or the server would be blamed. */
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {errorCode} from './error-code.ts';

export function proxyUnreachable(error: unknown, proxy: URL, server: string): TransportError {
  const code = errorCode(error instanceof AggregateError ? error.errors[0] : error);
  const options = {cause: error};
  if (code === 'ECONNREFUSED') return new TransportError('unreachable', phrase('connect.proxyRefused', proxy.host, server), options);
  return new TransportError('unreachable', phrase('connect.proxyUnreachable', proxy.host, server, code), options);
}

export function proxyTimeout(proxy: URL, server: string): TransportError {
  return new TransportError('timeout', phrase('connect.proxyTimeout', proxy.host, server));
}

export function proxyLogin(proxy: URL): TransportError {
  return new TransportError('unreachable', phrase('connect.proxyLogin', proxy.host));
}

/** `answer` is the proxy's own word for it. */
export function proxyRefusal(proxy: URL, server: string, answer: string): TransportError {
  return new TransportError('unreachable', phrase('connect.proxyAnswer', proxy.host, server, answer));
}
