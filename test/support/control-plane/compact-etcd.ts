/** Forgets the history of an etcd through its HTTP gateway, in the way that API servers on it take notice of. */
import {ApiClient} from './api-client.ts';

/** Where API servers tell one another how far etcd was compacted: they drop their own snapshots of lists up to there. */
const COMPACT_REVISION_KEY = 'compact_rev_key';

/** No revision from before the call is left when it resolves. */
export async function compactEtcd(url: string): Promise<void> {
  const client = new ApiClient({server: url});
  const post = (path: string, body: unknown): Promise<Answer> => client.send({method: 'POST', path, body});
  const key = toBase64(COMPACT_REVISION_KEY);
  try {
    const before = await post('/v3/kv/range', {key});
    // Writing the key makes this next revision, so that it exists to be compacted to.
    const revision = String(BigInt(before.header.revision) + 1n);
    await post('/v3/kv/put', {key, value: toBase64(revision)});
    await post('/v3/kv/compaction', {revision, physical: true});
  } finally {
    client.close();
  }
}

type Answer = {header: {revision: string}};

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
