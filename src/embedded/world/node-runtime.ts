/** The nodes of the demo as far as pods are reached through them: logs that grow with the clock, and a small shell. */
import type {Clock} from '../../domain/clock.ts';
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {ContainerLog, ContainerPlace, PodRuntime, ProcessIo} from '../apiserver/pod-runtime.ts';
import {LogStory} from './log-story.ts';
import {sleep} from './pause.ts';
import {runProgram, type ShellWorld} from './shell-programs.ts';
import {Tenants} from './tenants.ts';

/** What is kept of a container's log before it is asked for. */
const linesMax = 2000;

export function createNodeRuntime(clock: Clock, tenants = new Tenants()): PodRuntime {
  return {
    log: (place, life) => (life === 'present' ? tenants.log(place.pod) : undefined) ?? logOf(clock, place, life),
    async exec(place, command, io) {
      const {namespace = '', name: pod} = place.pod.metadata;
      const {input, write, signal} = io;
      const code = await tenants.run({namespace, pod, command, input, write, signal});
      return code === undefined ? runProgram(command, shellWorld(clock, place, tenants), io) : {kind: 'exited', code};
    },
    attach: (place, io) => attachTo(clock, place, io),
    async connectPort(pod, port, io) {
      if (!portsOf(pod).includes(port)) throw new Error(`dial tcp4 127.0.0.1:${port}: connect: connection refused`);
      for await (const _request of io.input) {
        const body = `${pod.metadata.name}\n`;
        await io.write(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
        return;
      }
    },
  };
}

function logOf(clock: Clock, {pod, container}: ContainerPlace, life: 'present' | 'previous'): ContainerLog | undefined {
  const span = spanOf(pod, container, life);
  if (span === undefined) return undefined;
  const story = new LogStory(pod, container, span);
  return {
    past: story.until(clock.now(), linesMax),
    async *follow(signal) {
      for (let line = story.next(); !signal.aborted; line = story.next()) {
        await sleep(clock, line.atMs - clock.now(), signal);
        if (!signal.aborted) yield line;
      }
    },
  };
}

/** The log from now on, until the client leaves. */
async function attachTo(clock: Clock, place: ContainerPlace, io: ProcessIo) {
  const log = logOf(clock, place, 'present');
  if (log !== undefined) for await (const line of log.follow(io.signal)) await io.write('stdout', `${line.text}\n`);
  return {kind: 'exited', code: 0} as const;
}

function spanOf({status}: KubeObject, container: string, life: 'present' | 'previous') {
  const lists = isFields(status) ? [status.containerStatuses, status.initContainerStatuses] : [];
  const own = lists.flatMap(list => (Array.isArray(list) ? list.filter(isFields) : [])).find(({name}) => name === container);
  const state = life === 'present' ? own?.state : own?.lastState;
  const running = isFields(state) && isFields(state.running) ? state.running : undefined;
  const ended = isFields(state) && isFields(state.terminated) ? state.terminated : undefined;
  const startMs = Date.parse(String((running ?? ended)?.startedAt));
  if (Number.isNaN(startMs)) return undefined;
  const endMs = Date.parse(String(ended?.finishedAt));
  const message = typeof ended?.message === 'string' ? ended.message : undefined;
  return {startMs, ...(Number.isNaN(endMs) ? {} : {endMs}), ...(message !== undefined && {lastWords: message})};
}

function shellWorld(clock: Clock, {pod, container}: ContainerPlace, tenants: Tenants): ShellWorld {
  const own = containersOf(pod).find(({name}) => name === container);
  const given = Array.isArray(own?.env) ? own.env.filter(isFields) : [];
  return {
    clock,
    namespace: pod.metadata.namespace ?? '',
    hostname: pod.metadata.name,
    mainTasks: () => tenants.mainTasks(),
    variables: new Map([
      ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ['HOSTNAME', pod.metadata.name],
      ['KUBERNETES_SERVICE_HOST', '10.222.0.1'],
      ['KUBERNETES_SERVICE_PORT', '443'],
      ['HOME', '/root'],
      ...given.map(({name, value}): [string, string] => [String(name), typeof value === 'string' ? value : '']),
    ]),
  };
}

function portsOf(pod: KubeObject): readonly number[] {
  const ports = containersOf(pod).flatMap(container => (Array.isArray(container.ports) ? container.ports.filter(isFields) : []));
  return ports.map(({containerPort}) => Number(containerPort));
}

function containersOf({spec}: KubeObject) {
  return isFields(spec) && Array.isArray(spec.containers) ? spec.containers.filter(isFields) : [];
}
