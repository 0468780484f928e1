/** Whoever is left in a copy goes before it is dropped: a pg_restore outlives the engine that started it. */
import {expect, test} from 'vitest';
import {dropDatabaseSql, endSessionsSql} from '../../../src/domain/postgres/dump-sql.ts';
import {psql} from '../../../src/domain/postgres/member-commands.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {inhabitedBy, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

test('sessions of a copy are ended right before it is dropped', async () => {
  const met: PostgresPlatform[] = [];
  const parts = inhabitedBy(
    {},
    () => ({}),
    platform => void met.push(platform),
  );
  const commands: string[] = [];
  const kit = await RunKit.start({
    runbooks: [postgresBackup, postgresRestore],
    ...parts,
    exec: async effect => {
      const [platform] = met;
      if (platform === undefined) throw new Error('no platform was met');
      commands.push(effect.command.join(' '));
      return platform.exec(effect);
    },
  });
  const {namespace, name} = met[0]?.database ?? {namespace: '', name: ''};
  const request = {target: `${namespace}/${name}`, backupTo: 'file:/safe'};
  await kit.submit('postgres-backup', request, {}, 'backup');
  await kit.driveToEnd('backup');
  const folder = [...(met[0]?.files.files.keys() ?? [])].find(path => path.endsWith('/manifest.json'))?.replace('/manifest.json', '');
  await kit.submit('postgres-restore', {...request, from: `file:${folder}`});
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
  const drops = commands.flatMap(command => /drop database if exists "(\w+)"/.exec(command)?.[1] ?? []);
  expect(drops.length).toBeGreaterThan(0);
  for (const copy of drops) {
    const at = commands.indexOf(psql(dropDatabaseSql(copy)).join(' '));
    expect(commands[at - 1]).toBe(psql(endSessionsSql(copy)).join(' '));
  }
});
