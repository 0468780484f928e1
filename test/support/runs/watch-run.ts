/** Tells of each change of a run as the API server tells it, by a watch of its own. */
import {request} from 'node:https';
import {createInterface} from 'node:readline';
import type {ApiClientOptions} from '../control-plane/api-client.ts';
import {type RunObject, runsNamespace} from './run-objects.ts';

export type RunWatch = {stop(): void};

export function watchRun(
  {server, certificateAuthority, token}: ApiClientOptions,
  {metadata}: RunObject,
  onChange: (run: RunObject) => void,
): RunWatch {
  const query = new URLSearchParams({
    watch: 'true',
    fieldSelector: `metadata.name=${metadata.name}`,
    resourceVersion: metadata.resourceVersion,
  });
  const path = `/apis/deckhand.dev/v1alpha1/namespaces/${runsNamespace}/runbookruns?${query}`;
  const outgoing = request(new URL(path, server), {ca: certificateAuthority, headers: {authorization: `Bearer ${token}`}});
  outgoing.on('error', () => undefined);
  outgoing.on('response', response => {
    const lines = createInterface({input: response});
    for (const each of [response, lines]) each.on('error', () => undefined);
    lines.on('line', line => onChange(JSON.parse(line).object));
  });
  outgoing.end();
  return {stop: () => outgoing.destroy()};
}
