/** Tries a runbook on an embedded API server, step by step and without the engine: the test plays the platform between two looks. */
import {expect} from 'vitest';
import type {Fields} from '../../src/domain/fields.ts';
import {isFields} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import type {Effect, EvictWrite} from '../../src/domain/kube-write.ts';
import {type KindRef, type ObjectRef, objectFor, objectPath} from '../../src/domain/object-ref.ts';
import {expectOk} from '../../src/domain/read-status.ts';
import {resourcePath} from '../../src/domain/resource.ts';
import {createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {platformCrds} from '../../src/embedded/world/platform-crds.ts';
import {type Draft, WorldClient} from '../../src/embedded/world/world-client.ts';
import {type AnyInput, Refusal, type Runbook} from '../../src/engine/define-runbook.ts';
import type {Progress, Step} from '../../src/engine/define-step.ts';
import type {ListOptions, Reader} from '../../src/engine/reader.ts';
import {FakeClock} from './fake-clock.ts';

const lookEveryMs = 15_000;
const looksMax = 60;

/** What the platform does after the n-th look (from 1) of a step that waits. */
export type Platform = (step: string, look: number) => Promise<unknown> | undefined;

export class RunbookBench {
  readonly clock = new FakeClock(Date.parse('2026-01-02T12:00:00Z'));
  readonly #server = createApiServer({clock: this.clock, random: sequence()});
  readonly world = new WorldClient(this.#server.port);
  readonly reader: Reader = {
    get: ref => this.get(ref),
    list: (kind, options) => this.#list(kind, options),
    served: (group, plural, versions) => this.#served(group, plural, versions),
    run: () => Promise.reject(new Error('no containers here')),
    now: () => this.clock.now(),
  };

  static async with(...drafts: readonly Draft[]): Promise<RunbookBench> {
    const bench = new RunbookBench();
    for (const crd of platformCrds()) await bench.world.create(crd);
    for (const draft of drafts) await bench.world.create(draft);
    return bench;
  }

  async plan(runbook: Runbook, parameters: Fields & {readonly target: string}): Promise<AnyInput & {readonly steps: readonly Step[]}> {
    const target = await this.#target(runbook, parameters.target);
    const request = {parameters: {...defaultsOf(runbook), ...parameters}, target};
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

  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    const answer = await this.#server.port.request({method: 'GET', path: objectPath(ref)});
    return answer.status === 404 ? undefined : JSON.parse(expectOk(answer).body);
  }

  async #carryOut(step: Step, platform: Platform | undefined): Promise<Progress> {
    if (step.effect === 'HumanConfirmed') return {kind: 'done'};
    const key = `run-1/${step.id}`;
    const past = {key, attempt: 1, startedAt: this.clock.now()};
    const check = await step.precheck?.(this.reader);
    if (check !== undefined && check.kind !== 'pass') throw new Error(`precheck of ${step.id}: ${JSON.stringify(check)}`);
    const isActed = await this.#act(step, key, platform);
    if (!isActed) return {kind: 'failed', reason: 'ActTimeout', message: 'refused to the end'};
    if (step.effect === 'K8sCas') expect(await step.act(this.reader)).toEqual([]);
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
        if (effect.kind === 'evict') isRefused = !(await this.#evict(effect)) || isRefused;
        else await this.#perform(effect);
      }
      if (!isRefused) return true;
      await platform?.(`${step.id} refused`, look);
      await this.clock.advance(5_000);
    }
    return false;
  }

  /** false where a disruption budget allows none. */
  async #evict({ref, uid}: EvictWrite): Promise<boolean> {
    const metadata = {name: ref.name, namespace: ref.namespace};
    const body = JSON.stringify({apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions: {preconditions: {uid}}});
    const answer = await this.#server.port.request({method: 'POST', path: objectPath(ref, 'eviction'), body});
    if (answer.status === 429) return false;
    expectOk(answer);
    return true;
  }

  async #perform(effect: Exclude<Effect, EvictWrite>): Promise<void> {
    if (effect.kind === 'exec') throw new Error('no exec here');
    const path = objectPath(effect.ref);
    switch (effect.kind) {
      case 'patch': {
        const {uid, resourceVersion} = effect;
        const metadata = isFields(effect.patch.metadata) ? effect.patch.metadata : {};
        await this.#send('PATCH', path, {...effect.patch, metadata: {...metadata, uid, resourceVersion}}, 'application/merge-patch+json');
        return;
      }
      case 'replace':
        await this.#send('PUT', path, effect.object);
        return;
      case 'create':
        await this.#send('POST', resourcePath(effect.ref.kind, effect.ref.namespace), objectFor(effect.ref, effect.object));
        return;
      case 'delete':
        await this.#send('DELETE', path, {propagationPolicy: effect.propagation, preconditions: {uid: effect.uid}});
    }
  }

  async #send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: Fields, type = 'application/json'): Promise<void> {
    expectOk(await this.#server.port.request({method, path, headers: {'content-type': type}, body: JSON.stringify(body)}));
  }

  async #list(kind: KindRef, {namespace, ...selectors}: ListOptions = {}): Promise<readonly KubeObject[]> {
    const answer = await this.#server.port.request({
      method: 'GET',
      path: `${resourcePath(kind, namespace)}?${new URLSearchParams(selectors)}`,
    });
    return answer.status === 404 ? [] : JSON.parse(expectOk(answer).body).items;
  }

  async #served(group: string, plural: string, versions?: readonly string[]): Promise<KindRef | undefined> {
    for (const version of versions ?? ['v1', 'v1alpha2', 'v1alpha1']) {
      const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      const answer = await this.#server.port.request({method: 'GET', path});
      const found = answer.status === 404 ? undefined : JSON.parse(answer.body).resources.find((each: Fields) => each.name === plural);
      if (found !== undefined) return {group, version, plural, kind: found.kind, isNamespaced: found.namespaced};
    }
    return undefined;
  }

  async #target({target}: Runbook, text: string): Promise<AnyInput['target']> {
    const parts = text.split('/');
    let kind: KindRef | undefined;
    if (target.kind === 'object') kind = await this.#served(target.group, target.plural, target.versions);
    else {
      const [plural = '', ...group] = (parts.shift() ?? '').split('.');
      kind = await this.#served(group.join('.'), plural);
    }
    if (kind === undefined) throw new Error(`${text} is not served`);
    const name = parts.at(-1) ?? '';
    const ref = kind.isNamespaced ? {kind, namespace: parts[0] ?? '', name} : {kind, name};
    const live = await this.get(ref);
    const isNew = target.kind === 'object' && target.isNew === true;
    if ((live === undefined) !== isNew) throw new Refusal(isNew ? 'TargetExists' : 'NoTarget', text);
    return {ref, uid: live?.metadata.uid ?? ''};
  }
}

function defaultsOf({parameters}: Runbook): Fields {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, each]) => ('default' in each && each.default !== undefined ? [[name, each.default]] : [])),
  );
}

function textOf(progress: Progress): string {
  switch (progress.kind) {
    case 'done':
      return `done${progress.summary === undefined ? '' : `: ${progress.summary}`}`;
    case 'waiting':
      return `waiting for ${progress.wanted}: ${progress.seen}`;
    case 'failed':
      return `failed: ${progress.reason}: ${progress.message}`;
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
