/** The status that the node agent writes of a pod, as a kubelet would. */
import {systemClock} from '../../../src/cli/system-clock.ts';
import type {Fields} from '../../../src/domain/fields.ts';
import {readItems, readString} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {ContainerLife} from './container-life.ts';

export type PodState = {readonly address: string | undefined; readonly startedAt: string; readonly lives: readonly ContainerLife[]};

export function areReady(lives: PodState['lives']): boolean {
  return lives.length > 0 && lives.every(life => life.isReady);
}

/** What the API server has. */
export function isToldReady(pod: KubeObject): boolean {
  return readItems(pod, 'status.conditions', item => item).some(
    item => readString(item, 'type') === 'Ready' && readString(item, 'status') === 'True',
  );
}

export function podStatus(pod: KubeObject, {address, startedAt, lives}: PodState): Fields {
  const isReady = areReady(lives);
  const known = new Map(readItems(pod, 'status.conditions', item => item).map(item => [readString(item, 'type'), item]));
  const condition = (type: string, isTrue: boolean): Fields => {
    const status = isTrue ? 'True' : 'False';
    const since = readString(known.get(type), 'status') === status ? readString(known.get(type), 'lastTransitionTime') : undefined;
    return {type, status, lastTransitionTime: since ?? now()};
  };
  return {
    phase: phaseOf(lives),
    hostIP: '127.0.0.1',
    ...(address !== undefined && {podIP: address, podIPs: [{ip: address}]}),
    startTime: startedAt,
    conditions: [condition('Initialized', true), condition('ContainersReady', isReady), condition('Ready', isReady)],
    containerStatuses: lives.map(life => life.status),
  };
}

function phaseOf(lives: readonly ContainerLife[]): string {
  const codes = lives.map(life => life.exitCode);
  if (lives.length === 0) return 'Pending';
  if (codes.every(code => code === 0)) return 'Succeeded';
  return codes.every(code => code !== undefined) ? 'Failed' : 'Running';
}

function now(): string {
  return new Date(systemClock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
}
