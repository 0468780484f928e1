/** Follows a kind over a port and tells each state of it as a whole; an API server that goes away is asked again until it answers. */
import {setTimeout as sleep} from 'node:timers/promises';
import {isFields, readList, readString} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {KubePort} from '../../../src/domain/kube-port.ts';

const pauseMs = 300;

export type Objects = ReadonlyMap<string, KubeObject>;

/** `path` of the collection; objects by uid. */
export function followObjects(port: KubePort, path: string, hear: (objects: Objects) => void): {stop(): Promise<void>} {
  const controller = new AbortController();
  const {signal} = controller;
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      await followOnce(port, path, signal, hear).catch(() => undefined);
      await sleep(pauseMs, undefined, {signal}).catch(() => undefined);
    }
  };
  const ended = follow();
  return {
    stop: () => {
      controller.abort();
      return ended;
    },
  };
}

async function followOnce(port: KubePort, path: string, signal: AbortSignal, hear: (objects: Objects) => void): Promise<void> {
  const answer = await port.request({method: 'GET', path, signal});
  if (answer.status !== 200) return;
  const list: unknown = JSON.parse(answer.body);
  const objects = new Map<string, KubeObject>();
  for (const item of readList(list, 'items')) if (isObject(item)) objects.set(item.metadata.uid, item);
  hear(objects);
  const version = readString(list, 'metadata.resourceVersion') ?? '';
  const stream = await port.stream({method: 'GET', path: `${path}?watch=true&resourceVersion=${version}`, signal, timeoutMs: Infinity});
  if (stream.status !== 200) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream.body) {
    const lines = (rest + decoder.decode(chunk, {stream: true})).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: unknown = JSON.parse(line);
      if (!isFields(event) || event.type === 'ERROR' || !isObject(event.object)) return;
      if (event.type === 'DELETED') objects.delete(event.object.metadata.uid);
      else objects.set(event.object.metadata.uid, event.object);
    }
    if (lines.length > 0) hear(objects);
  }
}

function isObject(value: unknown): value is KubeObject {
  return isFields(value) && isFields(value.metadata) && typeof value.metadata.uid === 'string';
}
