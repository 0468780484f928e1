/** Follows a kind from now on, as any client would: by a watch over the port, anew where it ends. */
import type {Clock, Timer} from '../../domain/clock.ts';
import {isFields, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import {second} from './seeding.ts';

export type FollowedEvent = {readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject};

const pauseMs = 5 * second;
const types: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED']);

/** `path` of the collection. What is there already is not told of. */
export function followKind(port: KubePort, clock: Clock, path: string, hear: (event: FollowedEvent) => void): {stop(): void} {
  const controller = new AbortController();
  let pause: Timer | undefined;
  const follow = async (): Promise<void> => {
    await followOnce(port, path, controller.signal, hear).catch(() => undefined);
    if (!controller.signal.aborted) pause = clock.setTimer(pauseMs, () => void follow());
  };
  void follow();
  return {
    stop() {
      controller.abort();
      pause?.cancel();
    },
  };
}

/** Ends with the watch. */
async function followOnce(port: KubePort, path: string, signal: AbortSignal, hear: (event: FollowedEvent) => void): Promise<void> {
  const list: unknown = JSON.parse((await port.request({method: 'GET', path: `${path}?limit=1`})).body);
  const version = readString(list, 'metadata.resourceVersion') ?? '';
  const stream = await port.stream({method: 'GET', path: `${path}?watch=true&resourceVersion=${version}`, signal});
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream.body) {
    const lines = (rest + decoder.decode(chunk, {stream: true})).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: unknown = JSON.parse(line);
      if (isFollowed(event)) hear(event);
    }
  }
}

function isFollowed(event: unknown): event is FollowedEvent {
  return isFields(event) && types.has(event.type) && isFields(event.object);
}
