/**
 * Tries a runbook step by step on an embedded API server, with the engine's own parts but without its records: the test
 * plays the platform between two looks. Whole runs are carried out by run-kit.ts.
 */
import {expect} from 'vitest';
import type {Fields} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import type {ObjectRef} from '../../src/domain/object-ref.ts';
import {asWords, inEnglish} from '../../src/domain/words.ts';
import {createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {platformCrds} from '../../src/embedded/world/platform-crds.ts';
import {type Draft, WorldClient} from '../../src/embedded/world/world-client.ts';
import {checkParameters} from '../../src/engine/check-parameters.ts';
import {type AnyInput, Refusal, type Runbook} from '../../src/engine/define-runbook.ts';
import type {Progress, Step} from '../../src/engine/define-step.ts';
import {createReader} from '../../src/engine/live-reader.ts';
import {performEffect} from '../../src/engine/perform-effect.ts';
import {resolveTarget} from '../../src/engine/resolve-target.ts';
import {FakeClock} from './fake-clock.ts';

const lookEveryMs = 15_000;
const looksMax = 60;

/** What the platform does after the n-th look (from 1) of a step that waits. */
export type Platform = (step: string, look: number) => Promise<unknown> | undefined;

export class RunbookBench {
  readonly clock = new FakeClock(Date.parse('2026-01-02T12:00:00Z'));
  readonly #server = createApiServer({clock: this.clock, random: sequence()});
  readonly world = new WorldClient(this.#server.port);
  readonly #ports = {kube: this.#server.port, clock: this.clock};
  readonly reader = createReader(this.#ports);

  static async with(...drafts: readonly Draft[]): Promise<RunbookBench> {
    const bench = new RunbookBench();
    for (const crd of platformCrds()) await bench.world.create(crd);
    for (const draft of drafts) await bench.world.create(draft);
    return bench;
  }

  async plan(runbook: Runbook, parameters: Fields & {readonly target: string}): Promise<AnyInput & {readonly steps: readonly Step[]}> {
    const target = await resolveTarget(runbook, parameters.target, this.reader);
    const request = {parameters: checkParameters(runbook, parameters), target};
    const facts = await runbook.gather(this.reader, request);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    const input = {...request, facts};
    return {...input, steps: runbook.steps(input)};
  }

  /** The reason of the refusal; fails where there is none. */
  async refusal(runbook: Runbook, parameters: Fields & {readonly target: string}): Promise<string> {
    try {
      await this.plan(runbook, parameters);
    } catch (error) {
      if (error instanceof Refusal) return `${error.reason}: ${error.message}`;
      throw error;
    }
    throw new Error(`${runbook.name} was not refused`);
  }

  /** Carries every step out; what each came to, in order. */
  async run(runbook: Runbook, parameters: Fields & {readonly target: string}, platform?: Platform): Promise<readonly string[]> {
    const {steps} = await this.plan(runbook, parameters);
    const outcomes: string[] = [];
    for (const step of steps) {
      const progress = await this.#carryOut(step, platform);
      outcomes.push(`${step.id} ${textOf(progress)}`);
      if (progress.kind !== 'done') break;
    }
    return outcomes;
  }

  get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.reader.get(ref);
  }

  async #carryOut(step: Step, platform: Platform | undefined): Promise<Progress> {
    if (step.effect === 'HumanConfirmed') return {kind: 'done'};
    const key = `run-1/${step.id}`;
    const past = {key, attempt: 1, startedAt: this.clock.now()};
    const check = await step.precheck?.(this.reader);
    if (check !== undefined && check.kind !== 'pass') throw new Error(`precheck of ${step.id}: ${JSON.stringify(check)}`);
    const isActed = await this.#act(step, key, platform);
    if (!isActed) return {kind: 'failed', reason: 'ActTimeout', message: asWords('refused to the end')};
    if (step.effect === 'K8sCas') expect(await step.act(this.reader, key)).toEqual([]);
    if (step.effect === 'Probed') expect(await step.probe(this.reader, past)).toBe('done');
    for (let look = 1; look <= looksMax; look += 1) {
      const progress = (await step.verify?.(this.reader, past)) ?? {kind: 'done'};
      if (progress.kind !== 'waiting') return progress;
      await platform?.(step.id, look);
      await this.clock.advance(lookEveryMs);
    }
    return (await step.verify?.(this.reader, past)) ?? {kind: 'done'};
  }

  /** Asks again every 5 s while an eviction is refused. */
  async #act(step: Exclude<Step, {effect: 'HumanConfirmed'}>, key: string, platform: Platform | undefined): Promise<boolean> {
    const untilMs = this.clock.now() + (step.timeouts?.act ?? 60) * 1000;
    for (let look = 1; this.clock.now() <= untilMs; look += 1) {
      let isRefused = false;
      for (const effect of await step.act(this.reader, key)) {
        const outcome = await performEffect(this.#ports, effect, key);
        if (outcome.kind === 'busy') isRefused = true;
        else if (outcome.kind !== 'applied') throw new Error(`${step.id}: ${outcome.kind}: ${inEnglish(outcome.message)}`);
      }
      if (!isRefused) return true;
      await platform?.(`${step.id} refused`, look);
      await this.clock.advance(5_000);
    }
    return false;
  }
}

function textOf(progress: Progress): string {
  switch (progress.kind) {
    case 'done':
      return `done${progress.summary === undefined ? '' : `: ${inEnglish(progress.summary)}`}`;
    case 'waiting':
      return `waiting for ${inEnglish(progress.wanted)}: ${inEnglish(progress.seen)}`;
    case 'again':
      return `once more: ${inEnglish(progress.why)}`;
    case 'failed':
      return `failed: ${progress.reason}: ${inEnglish(progress.message)}`;
  }
}

/** The same numbers every time, but no two alike: uids are made of them. */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
