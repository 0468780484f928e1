/** A database that was dropped comes back from its backup, and lets its users in. */
import {expect, test} from 'vitest';
import {upkeepOf, withoutDatabase, withUpkeep} from '../../../src/embedded/world/postgres/database-content.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

test.each(['postgres-backup', 'postgres-restore'])(
  'a dropped database is restored as open as it was before the dump of %s',
  async dumpedBy => {
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
    disk.content = withUpkeep(disk.content, 'shop', {limit: 7});
    const request = {target: `${namespace}/${name}`, backupTo: 'file:/safe'};
    await kit.submit('postgres-backup', request, {}, 'backup');
    await kit.driveToEnd('backup');
    const manifests = () => [...platform.files.files.keys()].filter(path => path.endsWith('/manifest.json'));
    const [first = ''] = manifests();
    let from = first;
    if (dumpedBy === 'postgres-restore') {
      // Of the dump that a restore takes first, with the database frozen.
      await kit.submit('postgres-restore', {...request, from: `file:${first.replace('/manifest.json', '')}`}, {}, 'first');
      expect((await kit.driveToEnd('first')).status.phase).toBe('Succeeded');
      from = manifests().find(path => path !== first) ?? '';
    }
    const folder = from.replace('/manifest.json', '');
    disk.content = withoutDatabase(disk.content, 'shop');
    await kit.submit('postgres-restore', {...request, from: `file:${folder}`});
    const {status} = await kit.driveToEnd();
    expect(status.phase, status.steps.map(({id, state, message}) => `${id} ${state} ${message}`).join('; ')).toBe('Succeeded');
    expect(Object.keys(disk.content.databases)).toContain('shop');
    expect(upkeepOf(disk.content, 'shop')).toMatchObject({limit: 7, isReadOnly: false});
  },
);
