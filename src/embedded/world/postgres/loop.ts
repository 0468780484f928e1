/** Work that a controller does again and again, never twice at once: at intervals, and sooner where it has heard of something. */
import type {Clock, Timer} from '../../../domain/clock.ts';
import {readFields, readList, readString} from '../../../domain/fields.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {type FollowedEvent, followKind} from '../follow-kind.ts';

export type Running = {stop(): void};

/** Hears what a controller could not do; it tries again by itself. */
export type HearTrouble = (who: string, error: unknown) => void;

export type LoopParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly who: string;
  /** Without news. */
  readonly everyMs: number;
  /** Collections whose changes set it off. */
  readonly hears: readonly string[];
  /** Resolves with the milliseconds after which it must be done again at the latest. */
  work(signal: AbortSignal): Promise<number | undefined>;
  readonly onTrouble?: HearTrouble | undefined;
};

const podsPath = '/api/v1/pods';

/** Members write about themselves all the time: only what controllers go by is news. */
export function podNews(): (event: FollowedEvent) => boolean {
  const known = new Map<string, string>();
  return ({type, object}) => {
    const {uid, deletionTimestamp, ownerReferences = [], finalizers = []} = object.metadata;
    const status = readFields(object, 'status');
    const conditions = readList(status, 'conditions').map(each => readString(each, 'status'));
    const essence = JSON.stringify([
      type,
      deletionTimestamp,
      ownerReferences.map(owner => owner.uid),
      finalizers,
      status.phase,
      conditions,
      readString(object, 'spec.nodeName'),
    ]);
    const isSame = known.get(uid) === essence;
    if (type === 'DELETED') known.delete(uid);
    else known.set(uid, essence);
    return !isSame;
  };
}

/** Events come in bunches. */
const gatherMs = 50;
const afterTroubleMs = 1000;

export function startLoop({port, clock, who, everyMs, hears, work, onTrouble}: LoopParts): Running & {poke(): void} {
  const controller = new AbortController();
  const {signal} = controller;
  let timer: Timer | undefined;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let [isBusy, isAsked] = [false, false];
  const wake = (delayMs: number): void => {
    const atMs = clock.monotonic() + delayMs;
    if (signal.aborted || (timer !== undefined && dueAtMs <= atMs)) return;
    timer?.cancel();
    dueAtMs = atMs;
    timer = clock.setTimer(delayMs, () => void run());
  };
  const run = async (): Promise<void> => {
    timer = undefined;
    isBusy = true;
    isAsked = false;
    let nextMs = everyMs;
    try {
      nextMs = Math.min(everyMs, (await work(signal)) ?? everyMs);
    } catch (error) {
      if (!signal.aborted) onTrouble?.(who, error);
      nextMs = Math.min(everyMs, afterTroubleMs);
    }
    isBusy = false;
    wake(isAsked ? gatherMs : nextMs);
  };
  const poke = (): void => {
    if (isBusy) isAsked = true;
    else wake(gatherMs);
  };
  const followed = hears.map(path => {
    const isNews = path === podsPath ? podNews() : () => true;
    return followKind(port, clock, path, event => {
      if (isNews(event)) poke();
    });
  });
  wake(0);
  return {
    poke,
    stop() {
      controller.abort();
      timer?.cancel();
      for (const each of followed) each.stop();
    },
  };
}
