/** The containers of one pod, in the order in which they start. */
import {type ContainerState, type ContainerStatus, readContainerStatuses, terminationWord} from './container-status.ts';
import {readItems, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {phrase} from './messages/phrase.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

export type ContainerFacts = {
  readonly name: string;
  readonly type: 'init' | 'sidecar' | 'container' | 'ephemeral';
  readonly image: string;
  /** undefined where the kubelet has not reported. */
  readonly status: ContainerStatus | undefined;
};

/** A running container may take so long to become ready before that is called broken. */
const readyWithinMs = 2 * 60_000;
const startingReasons: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

export function readContainers(pod: KubeObject): readonly ContainerFacts[] {
  return [
    ...readGroup(pod, 'initContainers', 'initContainerStatuses', 'init'),
    ...readGroup(pod, 'containers', 'containerStatuses', 'container'),
    ...readGroup(pod, 'ephemeralContainers', 'ephemeralContainerStatuses', 'ephemeral'),
  ];
}

/** `Running`, or why not: `Waiting: CrashLoopBackOff`, `Terminated: OOMKilled`. */
export function stateText(state: ContainerState | undefined): string {
  switch (state?.kind) {
    case undefined:
      return '';
    case 'running':
      return 'Running';
    case 'waiting':
      return state.reason === '' ? 'Waiting' : `Waiting: ${state.reason}`;
    case 'terminated':
      return `Terminated: ${terminationWord(state)}`;
  }
}

export function judgeContainer({type, status}: ContainerFacts, now: number): Verdict {
  const state = status?.state;
  switch (state?.kind) {
    case undefined:
      return verdictOf('busy', phrase('verdict.container.notStarted'));
    case 'waiting':
      if (startingReasons.has(state.reason)) return verdictOf('busy', quoted(state.reason || 'Waiting'));
      return verdictOf('broken', phrase('verdict.container.failed', state.reason, state.message));
    case 'terminated':
      if (state.exitCode === 0) return verdictOf('ok', quoted(terminationWord(state)));
      return verdictOf('broken', phrase('verdict.container.failed', terminationWord(state), state.message));
    case 'running': {
      if (type === 'init') return verdictOf('busy', phrase('verdict.container.initRuns'), state.startedAt);
      // An ephemeral container has no readiness.
      if (status?.isReady === true || type === 'ephemeral') return verdictOf('ok');
      const isLate = state.startedAt !== undefined && now - state.startedAt > readyWithinMs;
      return verdictOf(isLate ? 'broken' : 'busy', phrase('verdict.container.notReady'), state.startedAt);
    }
  }
}

function readGroup(pod: KubeObject, specs: string, statuses: string, type: ContainerFacts['type']): readonly ContainerFacts[] {
  const reported = new Map(readContainerStatuses(pod, `status.${statuses}`).map(status => [status.name, status]));
  return readItems(pod, `spec.${specs}`, item => {
    const name = readString(item, 'name') ?? '';
    const isSidecar = type === 'init' && readString(item, 'restartPolicy') === 'Always';
    return {name, type: isSidecar ? 'sidecar' : type, image: readString(item, 'image') ?? '', status: reported.get(name)};
  });
}
