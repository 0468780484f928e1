/** Bodies of answers: unpacked while they stream, whole where the caller wants text; what breaks is a TransportError. */
import {pipeline, type Readable} from 'node:stream';
import {constants, createGunzip} from 'node:zlib';
import {toTransportError} from './transport-failure.ts';

/** Leaving the loop closes the connection. */
export async function* readChunks(body: Readable, encoding: string | undefined, server: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of unpack(body, encoding)) yield chunk;
  } catch (error) {
    throw toTransportError(error, server);
  }
}

export async function readText(body: Readable, encoding: string | undefined, server: string): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of unpack(body, encoding)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw toTransportError(error, server);
  }
}

function unpack(body: Readable, encoding: string | undefined): Readable {
  if (encoding !== 'gzip') return body;
  // Both ends of a pipeline are destroyed with either; the error comes out of the loop that reads.
  return pipeline(body, createGunzip({flush: constants.Z_SYNC_FLUSH}), () => undefined);
}
