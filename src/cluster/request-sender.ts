/** Sends one request: refuses it where it writes and nothing may be written, proves who we are, and again once after a 401. */
import {type KubeRequest, TransportError} from '../domain/kube-port.ts';
import type {CredentialSource, Credentials} from './credential-source.ts';
import {isConnectRequest, isReadRequest, ReadOnlyRefusal} from './read-only.ts';
import {orAborted} from './request-limit.ts';

/** One request on its way with one proof; throws TransportError. */
export type Dispatch<Reply, Request extends KubeRequest = KubeRequest> = (
  request: Request,
  proof: Credentials,
  signal: AbortSignal,
) => Promise<Reply>;

type Send<Reply, Request extends KubeRequest> = (request: Request, signal: AbortSignal) => Promise<Reply>;

/** `discard` ends an answer that nobody will read. */
export function createSend<Reply extends {readonly status: number}, Request extends KubeRequest>(
  credentials: CredentialSource,
  isReadOnly: boolean,
  dispatch: Dispatch<Reply, Request>,
  discard: (reply: Reply) => void,
): Send<Reply, Request> {
  /** An idle connection may be closed by the server in the moment of its use: a read is simply asked again, once. */
  const dispatchTwice: Dispatch<Reply, Request> = async (request, proof, signal) => {
    try {
      return await dispatch(request, proof, signal);
    } catch (error) {
      const isRepeatable = request.method === 'GET' && !isConnectRequest(request);
      if (!isRepeatable || !(error instanceof TransportError) || error.kind !== 'reset') throw error;
      return dispatch(request, proof, signal);
    }
  };
  return async (request, signal) => {
    if (isReadOnly && !isReadRequest(request)) throw new ReadOnlyRefusal(request);
    const proof = await orAborted(credentials.current(), signal);
    const reply = await dispatchTwice(request, proof, signal);
    if (reply.status !== 401 || !(await orAborted(renewQuietly(credentials, proof), signal))) return reply;
    discard(reply);
    return dispatch(request, await credentials.current(), signal);
  };
}

/** A renewal that fails leaves the 401 as the answer: its Status says what the server thinks. */
async function renewQuietly(credentials: CredentialSource, refused: Credentials): Promise<boolean> {
  try {
    return await credentials.renew(refused);
  } catch (error) {
    if (error instanceof TransportError) return false;
    throw error;
  }
}
