import {expect, test} from 'vitest';
import {modulePin} from '../../../src/runbooks/module-pin.ts';
import {moduleSourceAdd} from '../../../src/runbooks/module-source-add.ts';
import {moduleSourceForceDelete} from '../../../src/runbooks/module-source-force-delete.ts';
import {moduleUnpin} from '../../../src/runbooks/module-unpin.ts';
import {moduleSourceKind, pullOverrideKind} from '../../../src/runbooks/targets.ts';
import {configDraft, consoleRef, releaseDraft, runningModule, sourceDraft} from '../../support/module-drafts.ts';
import {playModules} from '../../support/module-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunKit} from '../../support/run-kit.ts';

const running = [sourceDraft('deckhouse'), runningModule(), configDraft('console', {enabled: true})];
const override = {kind: pullOverrideKind, name: 'console'};

proveRunbook({
  runbook: modulePin,
  parameters: {target: 'console', imageTag: 'v1.1.9'},
  objects: running,
  platform: playModules,
  check: async kit => expect((await kit.object(override)).spec).toMatchObject({imageTag: 'v1.1.9', rollback: true}),
  undone: [override],
});

proveRunbook({
  runbook: moduleUnpin,
  parameters: {target: 'console'},
  objects: [
    ...running,
    {
      apiVersion: 'deckhouse.io/v1alpha2',
      kind: 'ModulePullOverride',
      metadata: {name: 'console'},
      spec: {imageTag: 'v1.1.9', rollback: false},
    },
  ],
  platform: playModules,
  check: async kit => expect(kit.object(override)).rejects.toThrow('there is no ModulePullOverride console'),
});

test('a module that was unpinned is pinned again by undoing it', async () => {
  const pinned = {...consoleRef, apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModulePullOverride'};
  const kit = await RunKit.start({
    runbooks: [moduleUnpin],
    objects: [
      ...running,
      {apiVersion: pinned.apiVersion, kind: pinned.kind, metadata: {name: 'console'}, spec: {imageTag: 'v1.1.9', rollback: false}},
    ],
    platform: playModules,
  });
  const {spec} = await kit.object(override);
  const {meta} = await kit.submit(moduleUnpin.name, {target: 'console'});
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  await kit.submit(moduleUnpin.name, {target: 'console'}, {undoOf: {name: meta.name, uid: meta.uid}}, 'undo-1');
  expect((await kit.driveToEnd('undo-1')).status.phase).toBe('Succeeded');
  expect((await kit.object(override)).spec).toEqual(spec);
});

const mirror = {kind: moduleSourceKind, name: 'mirror'};

proveRunbook({
  runbook: moduleSourceAdd,
  parameters: {
    target: 'mirror',
    repo: 'registry.example.com/mirror',
    dockerCfgFrom: 'default/pull/.dockerconfigjson',
    caFrom: 'default/pull/ca',
  },
  objects: [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {name: 'pull', namespace: 'default'},
      data: {'.dockerconfigjson': btoa('{"auths":{}}'), ca: btoa('-----BEGIN\nCERT-----\n')},
    },
  ],
  platform: playModules,
  check: async kit => {
    expect((await kit.object(mirror)).spec).toEqual({
      registry: {
        scheme: 'HTTPS',
        repo: 'registry.example.com/mirror',
        dockerCfg: btoa('{"auths":{}}'),
        ca: '-----BEGIN\nCERT-----\n',
      },
    });
    expect(JSON.stringify(await kit.log())).not.toMatch(/auths|BEGIN/);
  },
  undone: [mirror],
});

const held = sourceDraft('mirror');

proveRunbook({
  runbook: moduleSourceForceDelete,
  parameters: {target: 'mirror'},
  objects: [
    {...held, metadata: {...held.metadata, finalizers: ['modules.deckhouse.io/release-exists']}},
    releaseDraft('1.2.3', 'Deployed', '', 'mirror'),
  ],
  platform: playModules,
  check: async kit => expect(kit.object(mirror)).rejects.toThrow('there is no ModuleSource mirror'),
});
