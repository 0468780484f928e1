/** Scripted life: scenes that change the world by themselves, each in its own time, for ever and without growth. */
import type {Clock, Random, Timer} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import {type EventRow, eventDraft, eventRef} from './event-shape.ts';
import {startKubelets} from './kubelet.ts';
import {Provenance, Touched} from './reactions/provenance.ts';
import {startReactions} from './reactions/start-reactions.ts';
import type {Subject} from './reactions/subject.ts';
import {eventScene, sourceScene, staticMachineScene} from './scene-background.ts';
import {growthScene} from './scene-growth.ts';
import {moduleScene} from './scene-module.ts';
import {nodeUpdateScene} from './scene-node-update.ts';
import {backupScene, crashScene} from './scene-pods.ts';
import {approvalScene, releaseScene} from './scene-release.ts';
import {minute, second, timestamp} from './seeding.ts';
import {type Ref, WorldClient} from './world-client.ts';

/** What a scene acts with. */
export type Stage = {
  readonly client: WorldClient;
  readonly random: Random;
  nowMs(): number;
  nowIso(): string;
  /** Says an event, or counts it up when it was said before. */
  say(row: EventRow): Promise<void>;
  /** Somebody from outside has a hand in it; a scene leaves it alone. */
  isTouched(subject: Subject): boolean;
};

/** Yields how many milliseconds to wait before the next step; when it ends it is played again from the start. */
export type Scene = (stage: Stage) => AsyncGenerator<number>;

const scenes: readonly Scene[] = [
  moduleScene,
  releaseScene,
  approvalScene,
  growthScene,
  nodeUpdateScene,
  crashScene('d8-monitoring', 'trickster'),
  crashScene('shop', 'orders'),
  backupScene,
  eventScene,
  sourceScene,
  staticMachineScene,
];

/** Somebody deleted what a scene was about, or changed it in between: it starts anew after this. */
const restartDelayMs = 8 * second;

/** What it was about is in other hands, and may stay so. */
const touchedDelayMs = minute;

/** Between two plays of a scene, so that one without a step cannot spin. */
const pauseBetweenPlaysMs = second;

/** Scenes start one after another, or everything would move at the same moment. */
const firstDelayMs = 900;

export type Life = {stop(): void};

export function startLife(port: KubePort, clock: Clock, random: Random): Life {
  const provenance = new Provenance();
  const parts = {clock, random, isTouched: (subject: Subject) => provenance.isTouched(subject)};
  const stage = stageOf(new WorldClient(port, undefined, provenance.witness()), parts);
  const reactions = startReactions({port, clock, stage, provenance});
  const kubelets = startKubelets({port, stage, clock, onGone: pod => reactions.lookAtOwner(pod)});
  const shy = stageOf(new WorldClient(port, undefined, provenance.shyWitness()), parts);
  const ongoing = scenes.map((scene, index) => new Performance(scene, shy, clock, (index + 1) * firstDelayMs));
  return {
    stop: () => {
      reactions.stop();
      kubelets.stop();
      for (const performance of ongoing) performance.stop();
    },
  };
}

/** Events that life has said and that still stand; the oldest makes room. */
const eventsMax = 60;

type StageParts = Pick<Stage, 'random' | 'isTouched'> & {readonly clock: Clock};

function stageOf(client: WorldClient, {clock, random, isTouched}: StageParts): Stage {
  const nowIso = () => timestamp(clock.now());
  const said: Ref[] = [];
  return {
    client,
    random,
    isTouched,
    nowMs: () => clock.now(),
    nowIso,
    async say(row) {
      const ref = eventRef(row);
      const before = await client.find(ref);
      if (before !== undefined) {
        await client.patch(ref, {lastTimestamp: nowIso(), count: (typeof before.count === 'number' ? before.count : 0) + 1});
        return;
      }
      await client.create(eventDraft(row, {first: nowIso(), last: nowIso(), count: 1}));
      said.push(ref);
      const oldest = said.length > eventsMax ? said.shift() : undefined;
      if (oldest !== undefined) await client.remove(oldest);
    },
  };
}

/** One scene on the clock, step after step. */
class Performance {
  readonly #scene: Scene;
  readonly #stage: Stage;
  readonly #clock: Clock;
  #steps: AsyncGenerator<number> | undefined;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(scene: Scene, stage: Stage, clock: Clock, delayMs: number) {
    this.#scene = scene;
    this.#stage = stage;
    this.#clock = clock;
    this.#schedule(delayMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #schedule(delayMs: number): void {
    if (!this.#isStopped) this.#timer = this.#clock.setTimer(delayMs, () => void this.#step());
  }

  async #step(): Promise<void> {
    this.#steps ??= this.#scene(this.#stage);
    try {
      const {done, value} = await this.#steps.next();
      if (done === true) this.#steps = undefined;
      this.#schedule(done === true ? pauseBetweenPlaysMs : value);
    } catch (error) {
      this.#steps = undefined;
      this.#schedule(error instanceof Touched ? touchedDelayMs : restartDelayMs);
    }
  }
}
