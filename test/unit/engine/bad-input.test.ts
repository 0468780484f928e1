import {describe, expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import type {Run, RunSpec} from '../../../src/domain/run.ts';
import {asWords} from '../../../src/domain/words.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {type KitOptions, RunKit} from '../../support/run-kit.ts';
import {noteGate, sampleObjects, sampleRunbook, sampleTarget, twoWrites, writeStep} from '../../support/sample-runbooks.ts';

const gated = sampleRunbook({steps: target => [writeStep(target, 'one'), writeStep(target, 'two', {gate: noteGate(target)})]});

async function start(
  runbooks: readonly Runbook[],
  spec: Partial<RunSpec> & Fields = {},
  options: Partial<KitOptions> = {},
): Promise<RunKit> {
  const kit = await RunKit.start({runbooks, objects: sampleObjects, ...options});
  await kit.submit('sample', sampleTarget, spec);
  return kit;
}

async function look(kit: RunKit): Promise<Run> {
  return kit.driveToEnd('run-1', {isConsenting: false});
}

function failureOf({status}: Run): unknown {
  const told = status.conditions.find(({type}) => type === 'Failed');
  return [status.phase, told?.reason, told?.message];
}

describe('parameters', () => {
  test.each<[string, Fields, string]>([
    ['a number that is none', {count: 'many'}, 'parameter count must be a whole number'],
    ['a number too large', {count: 10}, 'parameter count must be at most 9'],
    ['half a number', {count: 1.5}, 'parameter count must be a whole number'],
    ['a yes that is none', {isLoud: 'yes'}, 'parameter isLoud must be true or false'],
    ['a text in place of an object', {labels: 'a=b'}, 'parameter labels is not valid JSON'],
    ['a list in place of an object', {labels: ['a']}, 'parameter labels must be an object, as JSON'],
    ['an object in place of a list', {names: {a: 1}}, 'parameter names must be a list, as JSON'],
    ['a text of other letters', {text: 'Ω'}, 'parameter text must match ^[a-z]+$'],
    ['a text too long', {text: 'x'.repeat(21)}, 'parameter text is longer than 20 characters'],
    ['an object in place of a text', {text: {a: 1}}, 'parameter text must be a string'],
    ['a secret itself', {secret: 'hunter2'}, 'parameter secret must name a key of a Secret as namespace/name/key'],
    ['one that is unknown', {colour: 'red'}, 'parameter colour is not a parameter of sample'],
    ['a target of the wrong type', {target: 7}, 'parameter target is missing'],
    ['a target too long', {target: `default/${'x'.repeat(600)}`}, 'parameter target is longer than 512 characters'],
  ])('with %s refuse the run before its first effect, naming parameter and fix', async (_, parameters, why) => {
    const kit = await RunKit.start({runbooks: [twoWrites], objects: sampleObjects});
    await kit.submit('sample', {...sampleTarget, ...parameters});
    const run = await look(kit);
    expect(failureOf(run)).toEqual(['Failed', 'BadParameter', expect.stringContaining(why)]);
    expect(kit.effects).toEqual([]);
    expect(run.status.steps).toEqual([]);
  });

  test.each(['cluster', 'journal'] as const)(
    'of a megabyte are refused where they are submitted to the %s, or at the latest by the engine',
    async records => {
      const kit = await RunKit.start({runbooks: [twoWrites], objects: sampleObjects, records});
      const parameters = {...sampleTarget, labels: {a: 'x'.repeat(1_000_000)}};
      const refused = await kit.submit('sample', parameters).then(
        () => false,
        () => true,
      );
      if (!refused)
        expect(failureOf(await look(kit))).toEqual(['Failed', 'BadParameter', expect.stringContaining('at most 32768 are taken')]);
      expect(kit.effects).toEqual([]);
    },
  );
});

describe('a definition', () => {
  test('of no such name, another version or another digest is refused before anything is done', async () => {
    const other = {...twoWrites, name: 'other'};
    expect(failureOf(await look(await start([other])))).toEqual(['Failed', 'NoRunbook', expect.stringContaining('deckhand runbook list')]);
    const spec = {runbook: {name: 'sample', version: 2}};
    expect(failureOf(await look(await start([twoWrites], spec)))).toEqual([
      'Failed',
      'OtherVersion',
      expect.stringContaining('has version 1'),
    ]);
    const pinned = {runbook: {name: 'sample', digest: 'a'.repeat(64)}};
    expect(failureOf(await look(await start([twoWrites], pinned)))).toMatchObject({1: 'OtherDefinition'});
  });

  test('that has changed since the plan was made holds the run, and the one that made it goes on', async () => {
    const changed = sampleRunbook({version: 2, steps: target => [writeStep(target, 'one'), writeStep(target, 'three')]});
    const runbooks = [gated];
    const kit = await start(runbooks);
    await look(kit);
    await kit.consent();
    runbooks[0] = changed;
    const held = await look(kit);
    expect(held.status.phase).toBe('AwaitingApproval');
    expect(held.status.conditions.find(({type}) => type === 'DefinitionMatched')).toMatchObject({
      status: 'False',
      message: 'this deckhand makes other steps of sample: carry the run on with the version of deckhand that planned it, or abort it',
    });
    const {resourceVersion} = held.meta;
    expect((await look(kit)).meta.resourceVersion).toBe(resourceVersion);
    runbooks.pop();
    expect((await look(kit)).meta.resourceVersion).toBe(resourceVersion);
    expect(kit.effects.length).toBe(1);
    runbooks.push(gated);
    const run = await look(kit);
    expect(run.status.phase).toBe('Succeeded');
    expect(run.status.conditions.find(({type}) => type === 'DefinitionMatched')?.status).toBe('True');
  });
});

test('a condition that must hold all the while stops the run before its next effect', async () => {
  const calm = sampleRunbook({
    steps: target => [writeStep(target, 'one'), writeStep(target, 'two')],
    invariants: () => [
      {
        id: 'calm',
        words: {en: 'calm', ru: 'спокойно'},
        holds: async reader =>
          reader.now() < Date.parse('2026-01-02T13:00:00Z')
            ? {kind: 'pass'}
            : {kind: 'refuse', reason: 'Storm', message: asWords('a storm has come up')},
      },
    ],
  });
  const before = await start([calm]);
  await before.clock.advance(3_600_000);
  expect(failureOf(await look(before))).toEqual(['Failed', 'Storm', 'calm: a storm has come up']);
  expect(before.effects).toEqual([]);
  const waits = {...calm, steps: gated.steps};
  const middle = await start([waits]);
  await look(middle);
  await middle.clock.advance(3_600_000);
  await middle.consent();
  expect((await look(middle)).status).toMatchObject({phase: 'Paused', steps: [{}, {state: 'Failed', reason: 'Storm'}]});
  expect(middle.effects.length).toBe(1);
});

describe('a right', () => {
  /** Answers in place of the API server where `path` is asked. */
  function answering(
    path: string,
    answer: (body: string) => {readonly status: number; readonly body: Fields} | undefined,
  ): Pick<KitOptions, 'wrapPort'> {
    return {
      wrapPort: port => ({
        stream: request => port.stream(request),
        request: async request => {
          const found = request.method !== 'GET' && request.path.includes(path) ? answer(String(request.body)) : undefined;
          return found === undefined ? port.request(request) : {status: found.status, headers: {}, body: JSON.stringify(found.body)};
        },
      }),
    };
  }
  const denied = {status: 201, body: {status: {allowed: false}}};
  const forbidden = {status: 403, body: {kind: 'Status', code: 403, reason: 'Forbidden', message: 'alice cannot patch configmaps'}};

  test('that the engine lacks is named before the first effect', async () => {
    const kit = await start(
      [twoWrites],
      {},
      answering('/selfsubjectaccessreviews', body => (body.includes('"patch"') ? denied : undefined)),
    );
    expect(failureOf(await look(kit))).toEqual([
      'Failed',
      'Forbidden',
      'deckhand may not patch configmaps in the namespace default: ask for that right; nothing was changed',
    ]);
    expect(kit.effects).toEqual([]);
  });

  test('that the requester lacks is not lent by the engine', async () => {
    const kit = await start(
      [twoWrites],
      {},
      answering('/subjectaccessreviews', body => (body.includes('"alice"') && body.includes('"patch"') ? denied : undefined)),
    );
    expect(failureOf(await look(kit))).toEqual(['Failed', 'Forbidden', expect.stringMatching(/^alice may not patch configmaps/)]);
    expect(kit.effects).toEqual([]);
  });

  test('that nobody may ask about is none', async () => {
    const kit = await start(
      [twoWrites],
      {},
      answering('/subjectaccessreviews', () => forbidden),
    );
    expect(failureOf(await look(kit))).toEqual([
      'Failed',
      'Forbidden',
      expect.stringContaining('subjectaccessreviews.authorization.k8s.io'),
    ]);
    expect(kit.effects).toEqual([]);
  });

  test('that was taken away meanwhile fails the step with the server’s own words', async () => {
    const kit = await start(
      [twoWrites],
      {},
      answering('/configmaps/thing', () => forbidden),
    );
    expect((await look(kit)).status).toMatchObject({
      phase: 'Paused',
      steps: [{state: 'Failed', reason: 'Forbidden', message: 'alice cannot patch configmaps'}, {state: 'Pending'}],
    });
    expect(kit.effects).toEqual([]);
  });
});
