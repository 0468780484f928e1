/** Effects with a place beside the engine: files, and commands that are fed by others. */
import {expect, test} from 'vitest';
import type {Effect} from '../../../src/domain/kube-write.ts';
import {commandOf, describeEffect, recordEffect} from '../../../src/engine/describe-effect.ts';
import {performEffect} from '../../../src/engine/perform-effect.ts';
import {MemoryDisk} from '../../support/memory-disk.ts';
import {RunKit} from '../../support/run-kit.ts';

const key = 'correct-horse-battery-staple-and-more';
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {name: 'keys', namespace: 'default'},
  data: {key: Buffer.from(key).toString('base64')},
};
const keep: Effect = {kind: 'save', path: '/safe/keys.json', content: {key: {$secretFrom: 'default/keys/key'}}};
const secretKind = {group: '', version: 'v1', plural: 'secrets', kind: 'Secret', isNamespaced: true};
const exec = {kind: 'exec', namespace: 'shop', pod: 'db-0', podUid: 'u', container: 'postgres', command: ['cat', '/x']} as const;

test('a secret goes into a file and from there into a Secret, and stands in no record', async () => {
  const kit = await RunKit.start({runbooks: [], objects: [secret]});
  const disk = new MemoryDisk();
  const parts = {kube: kit.port, files: disk};
  expect(await performEffect(parts, keep, 'k')).toEqual({kind: 'applied', text: 'written to /safe/keys.json on anna@bastion'});
  expect(JSON.parse((await disk.readText('/safe/keys.json')) ?? '')).toEqual({key});
  const back: Effect = {
    kind: 'create',
    ref: {kind: secretKind, namespace: 'default', name: 'back'},
    object: {data: {key: {$fileFrom: '/safe/keys.json', $key: 'key', $as: 'base64'}}},
  };
  expect(await performEffect(parts, back, 'k')).toMatchObject({kind: 'applied'});
  expect((await kit.object(back.ref)).data).toEqual(secret.data);
  for (const effect of [keep, back]) {
    const said = JSON.stringify([recordEffect(effect, undefined), describeEffect(effect), commandOf(effect)]);
    expect(said).not.toContain(key);
    expect(said).not.toContain(secret.data.key);
  }
});

test('an engine without a disk of its own refuses files, and says what to do', async () => {
  const kit = await RunKit.start({runbooks: [], objects: [secret]});
  const parts = {kube: kit.port, exec: () => Promise.reject(new Error('never run'))};
  const file = {kind: 'file', path: '/safe/x'} as const;
  for (const effect of [keep, {...exec, output: file}, {...exec, input: file}]) {
    expect(await performEffect(parts, effect, 'k')).toMatchObject({kind: 'refused', reason: 'NoFiles'});
  }
});

test('both ends of a pipe must be the pods that were meant', async () => {
  const kit = await RunKit.start({runbooks: [], objects: [secret]});
  const output = {kind: 'command', namespace: 'safe', pod: 'keeper', podUid: 'k', container: 'keeper', command: ['dd', 'of=/b']} as const;
  const outcome = await performEffect({kube: kit.port, exec: () => Promise.reject(new Error('never run'))}, {...exec, output}, 'k');
  expect(outcome).toMatchObject({kind: 'refused', reason: 'PodReplaced'});
  expect(commandOf({...exec, output})).toBe(
    'kubectl exec -n shop db-0 -c postgres -- cat /x | kubectl exec -i -n safe keeper -c keeper -- dd of=/b',
  );
});
