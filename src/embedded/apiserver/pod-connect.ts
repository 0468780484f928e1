/** Exec, attach and port-forward of a pod: who may be reached, and what the stream then leads to. */
import type {ApiAnswer, ApiCall} from './api-call.ts';
import {isTrue} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {whenContainerEnds} from './container-life.ts';
import {chooseContainer, isRunning, nodeOf} from './pod-containers.ts';
import type {ContainerPlace, PodSession, ProcessExit, ProcessIo} from './pod-runtime.ts';
import {attributesOf} from './rbac/attributes.ts';
import {authorize} from './rbac/authorize.ts';
import type {Target} from './request-target.ts';
import type {ServerState} from './server-state.ts';
import {currentObject} from './update-handlers.ts';

/** By the protocols of kube-apiserver, the newest first. */
export const processProtocols: readonly string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
export const portProtocols: readonly string[] = ['v4.channel.k8s.io'];

export function connectPod(
  state: ServerState,
  target: Target,
  name: string,
  subresource: 'exec' | 'attach' | 'portforward',
  call: ApiCall,
): ApiAnswer {
  if (call.method !== 'GET' && call.method !== 'POST') throw ApiFault.methodNotAllowed();
  checkMayCreate(state, name, call);
  const pod = currentObject(state, target, name);
  const {query} = call;
  const container = subresource === 'portforward' ? undefined : chooseContainer(pod, query.get('container'));
  const node = nodeOf(pod);
  if (node === undefined) throw ApiFault.badRequest(`pod ${name} does not have a host assigned`);
  checkUpgrade(call, container === undefined ? portProtocols : processProtocols);
  const {runtime} = state;
  if (runtime === undefined) throw noKubelet(node);
  if (container === undefined) {
    const port = readPort(query);
    return granted({kind: 'port', port, run: io => runtime.connectPort(pod, port, io)});
  }
  const place = {pod, container};
  const run = (io: ProcessIo) => (subresource === 'exec' ? runtime.exec(place, query.getAll('command'), io) : runtime.attach(place, io));
  return granted(processSession(state, place, query, run));
}

/** Since 1.35 the GET of a WebSocket needs the right to create as well; the refusal does not say so. */
function checkMayCreate(state: ServerState, name: string, call: ApiCall): void {
  const {isAllowed, reason} = authorize(state, call.user, attributesOf({...call, method: 'POST'}));
  if (!isAllowed) throw ApiFault.forbidden({group: '', plural: 'pods'}, name, reason);
}

export function noKubelet(node: string): ApiFault {
  const why = `no kubelet answers for the node ${node}`;
  return new ApiFault(500, 'InternalError', `Internal error occurred: ${why}`, {causes: [{message: why}]});
}

function granted(session: PodSession): ApiAnswer {
  return {status: 101, headers: {}, session};
}

/** What ends with its container ends as the kernel kills: with 128 + 9. */
const killed: ProcessExit = {kind: 'exited', code: 137};

function processSession(
  state: ServerState,
  place: ContainerPlace,
  query: URLSearchParams,
  run: (io: ProcessIo) => Promise<ProcessExit>,
): PodSession {
  const asked = new Set(['stdin', 'stdout', 'stderr', 'tty'].filter(name => isTrue(query.get(name))));
  if (!['stdin', 'stdout', 'stderr'].some(name => asked.has(name))) {
    throw ApiFault.badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  const isTerminal = asked.has('tty');
  return {
    kind: 'process',
    isTerminal,
    async run(io) {
      if (!isRunning(place.pod, place.container)) {
        return {kind: 'failed', message: `unable to upgrade connection: container not found (${JSON.stringify(place.container)})`};
      }
      const write: ProcessIo['write'] = async (stream, bytes) => {
        const heard = isTerminal ? 'stdout' : stream;
        if (asked.has(heard)) await io.write(heard, bytes);
      };
      const controller = new AbortController();
      const end = () => controller.abort();
      io.signal.addEventListener('abort', end, {once: true});
      const {promise: gone, resolve} = Promise.withResolvers<ProcessExit>();
      const stop = whenContainerEnds(state, place, () => {
        resolve(killed);
        end();
      });
      const running = run({...io, write, input: asked.has('stdin') ? io.input : noInput(), signal: controller.signal});
      return Promise.race([running, gone]).finally(stop);
    },
  };
}

function checkUpgrade({headers}: ApiCall, protocols: readonly string[]): void {
  if (headers.upgrade?.toLowerCase() !== 'websocket') throw ApiFault.badRequest('Upgrade request required');
  if (chooseProtocol(headers['sec-websocket-protocol'] ?? '', protocols) !== undefined) return;
  throw ApiFault.badRequest(`unable to upgrade: the embedded API server speaks ${protocols.join(' and ')} here`);
}

export function chooseProtocol(offered: string, known: readonly string[]): string | undefined {
  const names = offered.split(',').map(name => name.trim());
  return known.find(name => names.includes(name));
}

function readPort(query: URLSearchParams): number {
  const [first = ''] = query.getAll('ports').join(',').split(',');
  const port = Number(first);
  if (first !== '' && Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw ApiFault.badRequest(first === '' ? 'query parameter "ports" is required' : `unable to parse ${JSON.stringify(first)} as a port`);
}

async function* noInput(): AsyncGenerator<Uint8Array> {}
