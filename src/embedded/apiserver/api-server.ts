/** The embedded API server: one state, the controllers inside it, and a handler that its faces share. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {ApiAnswer, ApiCall} from './api-call.ts';
import {CrdController} from './crd-lifecycle.ts';
import {createObject} from './create.ts';
import {EventExpiry} from './event-expiry.ts';
import {GarbageCollector} from './garbage-collector.ts';
import {InProcessPort} from './in-process-port.ts';
import {NamespaceController} from './namespaces.ts';
import {answerCall} from './request-handler.ts';
import {ResourceRegistry} from './resource-registry.ts';
import type {ServerState} from './server-state.ts';
import {Storage} from './storage.ts';

export type ApiHandler = (call: ApiCall) => ApiAnswer;

export type ApiServer = {
  /** The in-process face. */
  readonly port: KubePort;
  /** What every face calls; whoever injects faults wraps it. */
  readonly handle: ApiHandler;
  /** Forgets the past: older resource versions answer 410 from now on. */
  compact(): void;
  /** Ends what runs by the clock. */
  stop(): void;
};

const firstNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

export function createApiServer({clock, random}: {clock: Clock; random: Random}): ApiServer {
  const state: ServerState = {storage: new Storage(), registry: new ResourceRegistry(), clock, random};
  const expiry = new EventExpiry(state);
  // CRDs first: what they serve or end decides what the others can see.
  const controllers = [new CrdController(state), new GarbageCollector(state), new NamespaceController(state)];
  state.storage.onCommit(event => {
    expiry.hear(event);
    for (const controller of controllers) controller.hear(event);
  });
  makeFirstNamespaces(state);
  const handle: ApiHandler = call => {
    const answer = answerCall(state, call);
    settle(controllers);
    return answer;
  };
  return {port: new InProcessPort(handle), handle, compact: () => state.storage.compact(), stop: () => expiry.stop()};
}

/** Lets the controllers finish what a request set off before the next one is heard. */
function settle(controllers: ReadonlyArray<{work(): boolean}>): void {
  for (let isBusy = true; isBusy; ) {
    const worked = controllers.map(controller => controller.work());
    isBusy = worked.includes(true);
  }
}

function makeFirstNamespaces(state: ServerState): void {
  const served = state.registry.find('', 'v1', 'namespaces');
  if (served === undefined) throw new Error('the table of built-in kinds has no namespaces');
  for (const name of firstNamespaces) createObject(state, served, undefined, {apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
}
