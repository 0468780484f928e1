/** What the plan of a move shows of its steps: no diff of an object that an earlier step replaces. */
import {expect, test} from 'vitest';
import {createReader} from '../../../src/engine/live-reader.ts';
import {planRun} from '../../../src/engine/plan-run.ts';
import {previewSteps} from '../../../src/engine/preview-run.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {startPostgresPlatform} from '../../support/postgres-platform.ts';
import {digest} from '../../support/run-kit.ts';

test('only what stands whatever the steps before it do is shown ahead of its turn', async () => {
  const platform = await startPostgresPlatform({isHighlyAvailable: true});
  const ports = {kube: platform.server.port, clock: platform.clock, random: () => 0.5, digest, exec: platform.exec, files: platform.files};
  const reader = createReader(ports);
  const parameters = {
    target: 'd8-commander/commander-postgres',
    storageClass: newClass,
    backupTo: 'file:/safe',
    keysTo: 'file:/safe',
    extraMember: false,
  };
  const views = await previewSteps({ports, reader}, await planRun(postgresStorageClass, {parameters}, reader, digest));
  platform.stop();
  const shown = views.filter(({preview}) => preview.kind !== 'later').map(({id, preview}) => `${id} ${preview.kind}`);
  expect(shown).toEqual(['class-tried previewed', 'protect-disks previewed', 'set-class previewed']);
  expect(views.map(({id}) => id)).toEqual(expect.arrayContaining(['trial-claim-gone', 'dump', 'dump-kept', 'keep-1', 'keep-0', 'finish']));
});
