/** A database that was dropped comes back from its backup, and lets its users in. */
import {expect, test} from 'vitest';
import {upkeepOf, withoutDatabase} from '../../../src/embedded/world/postgres/database-content.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

test('a dropped database is restored open', async () => {
  const met: PostgresPlatform[] = [];
  const parts = inhabitedBy(
    {owner: 'nobody'},
    () => ({}),
    platform => void met.push(platform),
  );
  const kit = await RunKit.start({runbooks: [postgresBackup, postgresRestore], ...parts});
  const [platform] = met;
  const disk = platform?.diskOf(platform.leader ?? '');
  if (platform === undefined || disk === undefined) throw new Error('no platform was met');
  const {namespace, name} = platform.database;
  const request = {target: `${namespace}/${name}`, backupTo: 'file:/safe'};
  await kit.submit('postgres-backup', request, {}, 'backup');
  await kit.driveToEnd('backup');
  const folder = [...platform.files.files.keys()].find(path => path.endsWith('/manifest.json'))?.replace('/manifest.json', '');
  disk.content = withoutDatabase(disk.content, 'shop');
  await kit.submit('postgres-restore', {...request, from: `file:${folder}`});
  const {status} = await kit.driveToEnd();
  expect(status.phase, status.steps.map(({id, state, message}) => `${id} ${state} ${message}`).join('; ')).toBe('Succeeded');
  expect(Object.keys(disk.content.databases).sort()).toEqual(['postgres', 'shop']);
  expect(upkeepOf(disk.content, 'shop')).toEqual({limit: -1, isReadOnly: false});
});
