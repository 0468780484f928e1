/** The embedded API server: one state, the controllers inside it, and a handler that its faces share. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {PodStreams} from '../../domain/pod-streams.ts';
import {PolicyExpressions} from './admission/policy-program.ts';
import type {ApiAnswer, ApiCall, UserInfo} from './api-call.ts';
import {CrdController} from './crd-lifecycle.ts';
import {createObject} from './create.ts';
import {DisruptionController} from './disruption-controller.ts';
import {EventExpiry} from './event-expiry.ts';
import {GarbageCollector} from './garbage-collector.ts';
import {InProcessPort} from './in-process-port.ts';
import {createInProcessStreams} from './in-process-streams.ts';
import {NamespaceController} from './namespaces.ts';
import type {PodRuntime} from './pod-runtime.ts';
import {masters} from './rbac/authorize.ts';
import {makeBootstrapRoles} from './rbac/bootstrap-roles.ts';
import {withSystemGroups} from './rbac/users.ts';
import {answerCall} from './request-handler.ts';
import {ResourceRegistry} from './resource-registry.ts';
import type {ServerState} from './server-state.ts';
import {Storage} from './storage.ts';

export type ApiHandler = (call: ApiCall) => ApiAnswer;

export type ApiServer = {
  /** The in-process face, of one who may do everything. */
  readonly port: KubePort;
  /** The same face as somebody else sees it. */
  portFor(user: UserInfo): KubePort;
  readonly streams: PodStreams;
  /** What every face calls; whoever injects faults wraps it. */
  readonly handle: ApiHandler;
  /** Forgets the past: older resource versions answer 410 from now on. */
  compact(): void;
  /** Ends what runs by the clock. */
  stop(): void;
};

const owner: UserInfo = {username: 'deckhand', uid: '', groups: [masters]};

const firstNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

export type ApiServerOptions = {
  readonly clock: Clock;
  readonly random: Random;
  /** Several users with rights of their own: roles are evaluated instead of only stored. */
  readonly hasRbac?: boolean;
  /** What plays the nodes; without it no pod can be reached. */
  readonly runtime?: PodRuntime;
};

export function createApiServer({clock, random, hasRbac = false, runtime}: ApiServerOptions): ApiServer {
  const expressions = new PolicyExpressions();
  const state: ServerState = {storage: new Storage(), registry: new ResourceRegistry(), clock, random, hasRbac, runtime, expressions};
  const expiry = new EventExpiry(state);
  // CRDs first: what they serve or end decides what the others can see.
  const disruptions = new DisruptionController(state);
  const controllers = [new CrdController(state), new GarbageCollector(state), new NamespaceController(state), disruptions];
  state.storage.onCommit(event => {
    expiry.hear(event);
    for (const controller of controllers) controller.hear(event);
  });
  makeFirstNamespaces(state);
  if (hasRbac) makeBootstrapRoles(state);
  const handle: ApiHandler = call => {
    const answer = answerCall(state, call);
    settle(controllers);
    return answer;
  };
  const stop = () => {
    expiry.stop();
    disruptions.stop();
  };
  const portFor = (user: UserInfo) => new InProcessPort(handle, withSystemGroups(user));
  const port = portFor(owner);
  const streams = createInProcessStreams(handle, port, withSystemGroups(owner));
  return {port, streams, portFor, handle, compact: () => state.storage.compact(), stop};
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
