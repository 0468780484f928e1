/** A run that takes the namespace of its target away keeps the target to itself, and goes on after its engine has died. */
import {expect, test} from 'vitest';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

test('an engine that comes while the namespace is gone carries the run on', {timeout: 60_000}, async () => {
  const met: PostgresPlatform[] = [];
  const parts = inhabitedBy(
    {},
    () => ({}),
    platform => void met.push(platform),
  );
  let comings = 0;
  const kit = await RunKit.start({
    runbooks: [postgresStorageClassByRestore],
    ...parts,
    records: 'journal',
    areLeasesBesideTargets: true,
    platform: async (world, self) => {
      const isThere = (await world.find({apiVersion: 'v1', kind: 'Namespace', name: 'd8-commander'})) !== undefined;
      if (isThere || comings > 0) return;
      comings += 1;
      expect(await world.list('coordination.k8s.io/v1', 'Lease', 'default')).toHaveLength(1);
      self.leave();
    },
  });
  const {namespace, name} = met[0]?.database ?? {namespace: '', name: ''};
  const places = {backupTo: 'file:/safe', keysTo: 'file:/safe'};
  await kit.submit('postgres-storage-class-by-restore', {target: `${namespace}/${name}`, storageClass: newClass, ...places});
  for (;;) {
    const outcome = await kit.drive();
    kit.come();
    if (outcome.kind === 'trouble') throw outcome.error;
    if (comings > 0 && (await kit.world.find({apiVersion: 'v1', kind: 'Namespace', name: namespace})) !== undefined) break;
    const {status} = await kit.run();
    if (status.phase === 'AwaitingApproval') await kit.consent();
    else await kit.pass(Math.max(1, ('until' in outcome ? (outcome.until ?? 0) : 0) - kit.clock.now()));
  }
  expect(comings).toBe(1);
});
