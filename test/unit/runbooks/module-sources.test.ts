import {expect, test} from 'vitest';
import {moduleSourceAdd} from '../../../src/runbooks/module-source-add.ts';
import {moduleSourceForceDelete} from '../../../src/runbooks/module-source-force-delete.ts';
import {moduleSourceKind} from '../../../src/runbooks/targets.ts';
import {releaseDraft, sourceDraft} from '../../support/module-drafts.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'mirror';
const ref = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleSource', name: target};

test('a source is made and its first listing awaited', async () => {
  const bench = await RunbookBench.with(sourceDraft('deckhouse'));
  const outcomes = await bench.run(moduleSourceAdd, {target, repo: 'registry.example.com/mirror'}, (_, look) =>
    look === 2 ? bench.world.patchStatus(ref, {syncTime: '2026-01-02T12:01:00Z', modulesCount: 12}) : undefined,
  );
  expect(outcomes).toEqual(['add done: 12 modules']);
  expect((await bench.get({kind: moduleSourceKind, name: target}))?.spec).toEqual({
    registry: {scheme: 'HTTPS', repo: 'registry.example.com/mirror'},
  });
});

test('a registry that refuses is told in its own words', async () => {
  const bench = await RunbookBench.with();
  const outcomes = await bench.run(moduleSourceAdd, {target, repo: 'registry.example.com/mirror'}, () =>
    bench.world.patchStatus(ref, {message: 'UNAUTHORIZED: authentication required'}),
  );
  expect(outcomes).toEqual(['add failed: RegistryRefused: UNAUTHORIZED: authentication required']);
});

test('credentials are named, never held', async () => {
  const bench = await RunbookBench.with();
  const parameters = {target, repo: 'registry.example.com/mirror', dockerCfgFrom: 'd8-system/pull/.dockerconfigjson', caFrom: 'masked:ca'};
  const {steps} = await bench.plan(moduleSourceAdd, parameters);
  const step = steps[0];
  if (step?.effect !== 'K8sCas') throw new Error('not a write of the cluster');
  expect(await step.act(bench.reader, 'run-1/step')).toMatchObject([
    {
      object: {
        spec: {
          registry: {dockerCfg: {$secretFrom: 'd8-system/pull/.dockerconfigjson', $jsonAs: 'base64'}, ca: {$masked: 'ca'}},
        },
      },
    },
  ]);
});

test('a repo with its scheme, and a name that the platform uses itself, are refused', async () => {
  const bench = await RunbookBench.with();
  expect(await bench.refusal(moduleSourceAdd, {target, repo: 'https://registry.example.com/m'})).toBe(
    'BadRepo: give repo without its scheme: registry.example.com/m',
  );
  expect(await bench.refusal(moduleSourceAdd, {target: 'Embedded', repo: 'registry.example.com/m'})).toMatch(/^BadName/);
});

test('a source that releases hold is deleted by force', async () => {
  const bench = await RunbookBench.with(sourceDraft('mirror'), releaseDraft('1.2.3', 'Deployed', '', 'mirror'));
  await bench.world.patch(ref, {metadata: {finalizers: ['modules.deckhouse.io/release-exists']}});
  const input = await bench.plan(moduleSourceForceDelete, {target});
  expect(moduleSourceForceDelete.notes?.(input)[0]?.en).toBe('Deployed from it: console-v1.2.3; 1 releases go with it.');
  const outcomes = await bench.run(moduleSourceForceDelete, {target}, () => bench.world.patch(ref, {metadata: {finalizers: null}}));
  expect(outcomes).toEqual(['force done', 'delete done: gone']);
  expect(await bench.get({kind: moduleSourceKind, name: target})).toBeUndefined();
});

test('a source that nothing holds is left to the ordinary deletion', async () => {
  const bench = await RunbookBench.with(sourceDraft('mirror'));
  expect(await bench.refusal(moduleSourceForceDelete, {target})).toMatch(/^NotHeld/);
});
