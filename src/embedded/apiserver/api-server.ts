/** The embedded API server: one state, the controllers inside it, and a handler that its faces share. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {PodStreams} from '../../domain/pod-streams.ts';
import {PolicyExpressions} from './admission/policy-program.ts';
import type {ApiAnswer, ApiCall, UserInfo} from './api-call.ts';
import {CrdController} from './crd-lifecycle.ts';
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
import {type Copy, copyOfObjects, copyOfServer, makeMissingNamespaces, presentEvents} from './snapshot.ts';
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
  /** Another server with the same objects and versions, whose past is forgotten; from now on each goes its own way, with time and chance of its own where given. */
  fork(own?: Pick<ApiServerOptions, 'clock' | 'random'>): ApiServer;
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

export function createApiServer(options: ApiServerOptions): ApiServer {
  return serve({storage: new Storage(), registry: new ResourceRegistry(), absentOwners: new Set(), leftOut: []}, options);
}

/** A server that holds these objects as they are; `leftOut` are those of kinds that it does not know. */
export function createServerOf(
  objects: readonly KubeObject[],
  options: ApiServerOptions,
): {readonly server: ApiServer; readonly leftOut: readonly KubeObject[]} {
  const copy = copyOfObjects(objects, options);
  return {server: serve(copy, options), leftOut: copy.leftOut};
}

function serve({storage, registry, absentOwners}: Copy, options: ApiServerOptions): ApiServer {
  const {clock, random, hasRbac = false, runtime} = options;
  const expressions = new PolicyExpressions();
  const state: ServerState = {storage, registry, clock, random, hasRbac, runtime, expressions, absentOwners};
  const expiry = new EventExpiry(state);
  const [crds, garbage, namespaces] = [new CrdController(state), new GarbageCollector(state), new NamespaceController(state)];
  const disruptions = new DisruptionController(state);
  // CRDs first: what they serve or end decides what the others can see.
  const controllers = [crds, garbage, namespaces, disruptions];
  for (const event of presentEvents(state)) {
    for (const controller of [expiry, garbage, namespaces]) controller.hear(event);
    // Kinds are served already, and counts of budgets stand as they were: a copy may lack some of their pods.
    if (event.object.metadata.deletionTimestamp !== undefined) crds.hear(event);
  }
  storage.onCommit(event => {
    expiry.hear(event);
    for (const controller of controllers) controller.hear(event);
  });
  makeMissingNamespaces(state, firstNamespaces);
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
  const fork: ApiServer['fork'] = own => serve(copyOfServer({storage, registry}, absentOwners), {...options, ...own});
  return {port, streams, portFor, handle, fork, compact: () => storage.compact(), stop};
}

/** Lets the controllers finish what a request set off before the next one is heard. */
function settle(controllers: ReadonlyArray<{work(): boolean}>): void {
  for (let isBusy = true; isBusy; ) {
    const worked = controllers.map(controller => controller.work());
    isBusy = worked.includes(true);
  }
}
