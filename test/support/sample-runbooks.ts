/** Small runbooks for tests of the machine: two writes on a ConfigMap, and effects on an outside that dedupes by key, can be asked, or neither. */
import type {Fields} from '../../src/domain/fields.ts';
import {isFields, readString} from '../../src/domain/fields.ts';
import type {ExecEffect} from '../../src/domain/kube-write.ts';
import type {Risk} from '../../src/domain/run.ts';
import {asWords} from '../../src/domain/words.ts';
import type {Draft} from '../../src/embedded/world/world-client.ts';
import {patchStep} from '../../src/engine/define-patch-step.ts';
import {defineRunbook, type Runbook} from '../../src/engine/define-runbook.ts';
import {
  type CasStep,
  type Check,
  done,
  type HumanStep,
  type Invariant,
  type KeyedStep,
  type ProbedStep,
  type Progress,
  type Step,
  type Target,
  waiting,
} from '../../src/engine/define-step.ts';
import type {CommandResult, Reader} from '../../src/engine/reader.ts';

export const sampleTarget = {target: 'default/thing'};

/** The objects that every sample needs. */
export const sampleObjects: readonly Draft[] = [
  {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'thing', namespace: 'default'}, data: {note: 'calm'}},
  {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'outside', namespace: 'default'}, spec: {containers: [{name: 'c', image: 'c:1'}]}},
];

export const thing = {apiVersion: 'v1', kind: 'ConfigMap', name: 'thing', namespace: 'default'};

const podKind = {group: '', version: 'v1', plural: 'pods', kind: 'Pod', isNamespaced: true};

type Sample = {
  readonly name?: string;
  readonly version?: number;
  readonly risk?: Risk;
  readonly steps: (target: Target, parameters: Fields) => readonly Step[];
  readonly invariants?: (target: Target) => readonly Invariant[];
  /** Besides the note. */
  readonly facts?: Fields;
};

const words = {en: 'text', ru: 'текст'};
export const sampleWords = {title: words, will: words};

/** Its plan stands on the note of the target. */
export function sampleRunbook({name = 'sample', version = 1, risk = 'change', steps, invariants, facts = {}}: Sample): Runbook {
  return defineRunbook({
    name,
    version,
    group: 'generic',
    risk,
    target: {kind: 'object', group: '', plural: 'configmaps', versions: ['v1'], objectKind: 'ConfigMap', isNamespaced: true},
    parameters: {
      count: {type: 'integer', words, min: 1, max: 9},
      isLoud: {type: 'boolean', words},
      labels: {type: 'fields', words},
      names: {type: 'list', words},
      text: {type: 'string', words, pattern: /^[a-z]+$/, lengthMax: 20},
      secret: {type: 'secret', words},
    },
    words: {title: words, why: words, will: words, danger: words},
    permissions: [{verbs: ['get', 'patch'], group: '', resource: 'configmaps', scope: 'target'}],
    gather: async (reader, {target}) => ({...facts, note: await noteOf(reader, target)}),
    steps: ({target, parameters}) => steps(target, parameters),
    ...(invariants === undefined ? {} : {invariants: ({target}) => invariants(target)}),
  });
}

export async function dataOf(reader: Reader, {ref}: Target): Promise<Fields> {
  const data = (await reader.get(ref))?.data;
  return isFields(data) ? data : {};
}

async function noteOf(reader: Reader, target: Target): Promise<string> {
  return readString(await dataOf(reader, target), 'note') ?? '';
}

type WriteOptions = Partial<Pick<CasStep, 'gate' | 'precheck' | 'verify' | 'timeouts' | 'stableTimes' | 'isVital'>> & {
  readonly undo?: 'none';
};

/** Sets one key of the target's data. */
export function writeStep(target: Target, id: string, options: WriteOptions = {}): Step {
  return patchStep({...sampleWords, id, object: target, patch: {data: {[id]: 'done'}}, commands: [], ...options});
}

/** Stands on the note of the target. */
export function noteGate(target: Target, id = 'look'): NonNullable<CasStep['gate']> {
  return {id, ask: words, facts: async reader => ({note: await noteOf(reader, target)})};
}

/** Done once somebody else has set this key of the target's data. */
export function untilSet(target: Target, key: string): (reader: Reader) => Promise<Progress> {
  return async reader => (key in (await dataOf(reader, target)) ? done() : waiting(asWords(key), asWords('nothing')));
}

export function onceSet(target: Target, key: string): (reader: Reader) => Promise<Check> {
  return async reader =>
    key in (await dataOf(reader, target)) ? {kind: 'pass'} : {kind: 'wait', wanted: asWords(key), seen: asWords('nothing')};
}

/** Two writes, one after the other. */
export const twoWrites = sampleRunbook({steps: target => [writeStep(target, 'one'), writeStep(target, 'two')]});

/** Something that no API server fences: each command that arrives counts, unless it dedupes by key. */
export class Outside {
  /** Keys in the order in which their effect happened. */
  readonly happened: string[] = [];
  readonly #isDeduplicating: boolean;
  readonly #canTell: () => boolean;

  constructor({
    isDeduplicating = false,
    canTell = () => true,
  }: {readonly isDeduplicating?: boolean; readonly canTell?: () => boolean} = {}) {
    this.#isDeduplicating = isDeduplicating;
    this.#canTell = canTell;
  }

  readonly exec = async ({command}: ExecEffect): Promise<CommandResult> => {
    const [verb, key = ''] = command;
    if (verb === 'do' && !(this.#isDeduplicating && this.happened.includes(key))) this.happened.push(key);
    const answer = this.#canTell() ? String(this.happened.includes(key)) : 'unknown';
    return {exitCode: 0, stdout: verb === 'ask' ? answer : 'ok', stderr: ''};
  };
}

/** In the pod that stands for the outside. */
async function command(reader: Reader, ...words: readonly string[]): Promise<ExecEffect> {
  const pod = await reader.get({kind: podKind, namespace: 'default', name: 'outside'});
  return {kind: 'exec', namespace: 'default', pod: 'outside', podUid: pod?.metadata.uid ?? '', container: 'c', command: words};
}

export function keyedStep(id: string, change: Partial<KeyedStep> = {}): KeyedStep {
  return {...sampleWords, id, effect: 'Keyed', commands: [], act: async (reader, key) => [await command(reader, 'do', key)], ...change};
}

export function probedStep(id: string, change: Partial<ProbedStep> = {}): ProbedStep {
  return {
    ...sampleWords,
    id,
    effect: 'Probed',
    commands: [],
    act: async (reader, key) => [await command(reader, 'do', key)],
    probe: async (reader, {key}) => {
      const {stdout} = await reader.run(await command(reader, 'ask', key));
      return stdout === 'true' ? 'done' : stdout === 'false' ? 'not-done' : 'unknown';
    },
    ...change,
  };
}

export function humanStep(id: string): HumanStep {
  return {...sampleWords, id, effect: 'HumanConfirmed', ask: words, commands: []};
}
