/**
 * The members of PostgreSQL clusters as if they ran in their pods: whoever stands in a pod with the operator's labels and a
 * bound disk wakes up, finds its place in the cluster, answers commands, and stops when its pod is told to go.
 */
import type {ContainerLog} from '../../apiserver/pod-runtime.ts';
import {followKind} from '../follow-kind.ts';
import {Crew, type MemberRun, type MembersParts} from './crew.ts';
import {podNews, type Running, startLoop} from './loop.ts';
import type {AskSwitchover} from './operator.ts';
import type {PodLives} from './pod-keeper.ts';
import type {Disks} from './volume-provisioner.ts';

export type SimulatedMembers = Running & {
  readonly lives: PodLives;
  readonly disks: Disks;
  readonly askSwitchover: AskSwitchover;
  /** The exit code; undefined where the pod has no such program. */
  run(run: MemberRun): Promise<number | undefined>;
  /** undefined for the pod of something else. */
  log(podUid: string): ContainerLog | undefined;
  /** The node is gone with everything on it. */
  lose(namespace: string, pod: string): void;
  /** Its process starts again where it was lost. */
  revive(namespace: string, pod: string): void;
};

const tickMs = 1000;
const relistMs = 10_000;

export function startSimulatedMembers(parts: MembersParts): SimulatedMembers {
  const {port, clock, onTrouble} = parts;
  const crew = new Crew(parts);
  let isNews = true;
  let listedAtMs = 0;
  const judge = podNews();
  const followed = followKind(port, clock, '/api/v1/pods', event => {
    if (event.object.metadata.labels?.application === 'spilo' && judge(event)) isNews = true;
  });
  const loop = startLoop({
    port,
    clock,
    who: 'members',
    everyMs: tickMs,
    hears: [],
    onTrouble,
    async work() {
      if (isNews || clock.now() - listedAtMs >= relistMs) {
        isNews = false;
        listedAtMs = clock.now();
        await crew.muster();
      }
      await crew.tick();
      return undefined;
    },
  });
  return {
    stop() {
      loop.stop();
      followed.stop();
    },
    lives: {stop: pod => crew.stop(pod), failure: pod => crew.failure(pod)},
    disks: crew.disks,
    askSwitchover: request => crew.askSwitchover(request),
    run: run => crew.run(run),
    log: podUid => crew.log(podUid),
    lose: (namespace, pod) => crew.lose(namespace, pod),
    revive: (namespace, pod) => crew.revive(namespace, pod),
  };
}
