import {describe, expect, test} from 'vitest';
import type {AuditEntry} from '../../../src/domain/audit.ts';
import type {Fields} from '../../../src/domain/fields.ts';
import {auditedRunStore} from '../../../src/engine/audited-run-store.ts';
import {patchStep} from '../../../src/engine/define-patch-step.ts';
import {secretPlace} from '../../../src/engine/fill-secrets.ts';
import {hidePlaces, KnownSecrets} from '../../../src/engine/known-secrets.ts';
import {createReader} from '../../../src/engine/live-reader.ts';
import {planRun} from '../../../src/engine/plan-run.ts';
import {previewSteps} from '../../../src/engine/preview-run.ts';
import {digest, type KitOptions, RunKit} from '../../support/run-kit.ts';
import {sampleObjects, sampleRunbook, sampleTarget, sampleWords, thing} from '../../support/sample-runbooks.ts';

const typed = 'hunter2-typed-by-hand';
const kept = 'correct-horse-battery';
const former = 'what-it-was-before';
const secrets = [typed, kept, former].flatMap(each => [each, Buffer.from(each).toString('base64')]);

/** Puts both secrets under names that say nothing of them. */
const runbook = sampleRunbook({
  steps: (target, parameters) => [
    patchStep({
      ...sampleWords,
      id: 'fill',
      object: target,
      patch: {data: {typed: {$masked: 'box'}, kept: secretPlace(String(parameters.secret))}},
      commands: [],
    }),
  ],
});
const parameters = {...sampleTarget, secret: 'default/store/key'};
const store = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {name: 'store', namespace: 'default'},
  data: {key: Buffer.from(kept).toString('base64')},
};

async function start(options: Partial<KitOptions> = {}): Promise<RunKit> {
  const kit = await RunKit.start({
    runbooks: [runbook],
    objects: [...sampleObjects, store],
    maskedValue: name => (name === 'box' ? typed : undefined),
    ...options,
  });
  await kit.world.patch(thing, {data: {kept: former}});
  return kit;
}

/** Everything that anybody could read of a run. */
async function recordsOf(kit: RunKit): Promise<string> {
  const lists = await Promise.all([
    kit.world.list('deckhand.dev/v1alpha1', 'RunbookRun', 'deckhand'),
    kit.world.list('v1', 'ConfigMap', 'deckhand'),
    kit.world.list('v1', 'Event', 'deckhand'),
    kit.world.list('coordination.k8s.io/v1', 'Lease', 'deckhand'),
  ]);
  return JSON.stringify([lists, await kit.run(), await kit.log()]);
}

function told(text: string): readonly string[] {
  return secrets.filter(each => text.includes(each));
}

describe.each(['cluster', 'journal'] as const)('recorded in the %s', records => {
  test('a secret is written where it is wanted, and stands in no record', async () => {
    const audit: AuditEntry[] = [];
    const kit = await start({
      records,
      wrapStore: inner =>
        auditedRunStore(inner, {context: 'c', digest, log: () => undefined, sink: {record: async entries => void audit.push(...entries)}}),
    });
    await kit.submit('sample', parameters);
    expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
    expect((await kit.world.find(thing))?.data).toEqual({note: 'calm', typed, kept});
    const text = await recordsOf(kit);
    expect(text).toContain('default/store/key');
    expect(told(text + JSON.stringify(audit))).toEqual([]);
  });

  test('what stood there before is not kept, so it is not put back, and the undo says so', async () => {
    const kit = await start({records});
    await kit.submit('sample', parameters);
    const {meta} = await kit.driveToEnd();
    await kit.submit('sample', parameters, {undoOf: {name: meta.name, uid: meta.uid}}, 'undo-1');
    const {status} = await kit.driveToEnd('undo-1');
    expect(JSON.stringify(status)).toContain('is a secret, which was not recorded');
    expect((await kit.world.find(thing))?.data).toMatchObject({kept});
    expect(told((await recordsOf(kit)) + JSON.stringify(status))).toEqual([]);
  });
});

test('a server that says the secret back is not quoted', async () => {
  const kit = await start({
    wrapPort: port => ({
      stream: request => port.stream(request),
      request: async request => {
        if (request.method !== 'PATCH' || !request.path.includes('/configmaps/thing')) return port.request(request);
        const message = `data: Invalid value: ${String(request.body)}: must not be`;
        return {status: 422, headers: {}, body: JSON.stringify({kind: 'Status', code: 422, reason: 'Invalid', message})};
      },
    }),
  });
  await kit.submit('sample', parameters);
  const {status} = await kit.driveToEnd();
  expect(status.steps[0]).toMatchObject({state: 'Failed', reason: 'Invalid', message: expect.stringContaining('Invalid value')});
  expect(told(await recordsOf(kit))).toEqual([]);
});

test('a plan shows none of them, neither the new ones nor the one before', async () => {
  const kit = await start();
  const ports = {kube: kit.port, clock: kit.clock, random: () => 0.5, digest, maskedValue: () => typed};
  const reader = createReader(ports);
  const script = await planRun(runbook, {parameters}, reader, digest);
  const [preview] = await previewSteps({ports, reader}, script);
  const text = JSON.stringify([preview, script.plan]);
  expect(preview?.preview.kind).toBe('previewed');
  expect(told(text)).toEqual([]);
});

test('what was typed is forgotten with the dashboard: the run is refused and says what to do', async () => {
  const kit = await start({maskedValue: () => undefined});
  await kit.submit('sample', parameters);
  const {status} = await kit.driveToEnd();
  expect(JSON.stringify(status)).toContain('lives only in the dashboard where it was typed: start a new run');
  expect(kit.effects).toEqual([]);
});

test.each<[string, string]>([
  ['default/none/key', 'the Secret default/none does not exist'],
  ['default/store/none', 'the Secret default/store has no key none'],
])('a Secret that is not there is named: %s', async (secret, why) => {
  const kit = await start();
  await kit.submit('sample', {...sampleTarget, secret});
  expect(JSON.stringify((await kit.driveToEnd()).status)).toContain(why);
  expect(kit.effects).toEqual([]);
});

test('known secrets are hidden in every form that JSON gives them, the longest first', () => {
  const known = new KnownSecrets();
  known.take('line "one"\nline two');
  known.take('one');
  const value: Fields = {a: ['line "one"\nline two'], b: {c: 'x one y'}, d: JSON.stringify({e: 'line "one"\nline two'})};
  expect(known.hide(value)).toEqual({a: ['<masked>'], b: {c: 'x <masked> y'}, d: '{"e":"<masked>"}'});
  expect(
    hidePlaces({a: ['x', 'y'], b: {c: 'z', d: 1}, e: null}, {a: [{$masked: 'm'}], b: {c: {$secretFrom: 's'}}, e: {$masked: 'm'}}),
  ).toEqual({
    a: ['<masked>', 'y'],
    b: {c: '<masked>', d: 1},
    e: null,
  });
});
