/** What the kubelet reports of one container of a pod. */
import {isFields, readBoolean, readField, readItems, readNumber, readString, readTime, UnreadableField} from './fields.ts';

export type Termination = {
  /** '' where absent. */
  readonly reason: string;
  readonly message: string;
  readonly exitCode: number;
  readonly signal: number;
  readonly finishedAt: number | undefined;
};

export type ContainerState =
  | {readonly kind: 'waiting'; readonly reason: string; readonly message: string}
  | {readonly kind: 'running'; readonly startedAt: number | undefined}
  | ({readonly kind: 'terminated'} & Termination);

export type ContainerStatus = {
  readonly name: string;
  readonly isReady: boolean;
  readonly isStarted: boolean;
  readonly restarts: number;
  /** undefined before the kubelet looked at it. */
  readonly state: ContainerState | undefined;
  readonly lastTermination: Termination | undefined;
};

export function readContainerStatuses(pod: unknown, path: string): readonly ContainerStatus[] {
  return readItems(pod, path, item => ({
    name: readString(item, 'name') ?? '',
    isReady: readBoolean(item, 'ready') === true,
    isStarted: readBoolean(item, 'started') === true,
    restarts: readNumber(item, 'restartCount') ?? 0,
    state: readState(item),
    lastTermination: readTermination(item, 'lastState.terminated'),
  }));
}

/** `Completed`, or by what it ended where it gave no reason: `Signal:9`, `ExitCode:137`. */
export function terminationWord({reason, signal, exitCode}: Termination): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

function readState(status: unknown): ContainerState | undefined {
  if (hasFields(status, 'state.waiting')) {
    return {
      kind: 'waiting',
      reason: readString(status, 'state.waiting.reason') ?? '',
      message: readString(status, 'state.waiting.message') ?? '',
    };
  }
  const terminated = readTermination(status, 'state.terminated');
  if (terminated !== undefined) return {kind: 'terminated', ...terminated};
  return hasFields(status, 'state.running') ? {kind: 'running', startedAt: readTime(status, 'state.running.startedAt')} : undefined;
}

function readTermination(status: unknown, path: string): Termination | undefined {
  if (!hasFields(status, path)) return undefined;
  return {
    reason: readString(status, `${path}.reason`) ?? '',
    message: readString(status, `${path}.message`) ?? '',
    exitCode: readNumber(status, `${path}.exitCode`) ?? 0,
    signal: readNumber(status, `${path}.signal`) ?? 0,
    finishedAt: readTime(status, `${path}.finishedAt`),
  };
}

function hasFields(root: unknown, path: string): boolean {
  const value = readField(root, path);
  if (value !== undefined && !isFields(value)) throw new UnreadableField(path, 'an object');
  return value !== undefined;
}
