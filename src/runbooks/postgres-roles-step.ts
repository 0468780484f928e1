/** The roles of a dump, made where the cluster lacks them. */
import {applySql} from '../domain/postgres/dump-commands.ts';
import {globalsName} from '../domain/postgres/dump-manifest.ts';
import {rolesSql} from '../domain/postgres/dump-sql.ts';
import {missingRolesScript, rolesIn} from '../domain/postgres/roles-script.ts';
import {again, done, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {readMadeManifest} from './postgres-made-backup.ts';
import {leadingMember, namesIn} from './postgres-member.ts';
import type {Restore} from './postgres-restore-steps.ts';

/** The roles that own what is restored, where they are not there; those that are keep their passwords. */
export function rolesStep({database, openBackup}: Restore): KeyedStep {
  const look = async (reader: Reader, key: string) => {
    const {manifest, keeper} = await readMadeManifest(reader, openBackup, key);
    const member = await leadingMember(reader, database);
    const script = manifest.globals === null ? '' : ((await keeper.readText(globalsName)) ?? '');
    const owners = manifest.databases.flatMap(({before, properties}) => [...before.owners, properties.owner]);
    const existing = namesIn(await member.ask(rolesSql));
    const wanted = [...new Set([...rolesIn(script), ...owners])].filter(role => !role.startsWith('pg_'));
    return {member, script, existing, missing: wanted.filter(role => !existing.includes(role))};
  };
  return {
    id: 'roles-brought-back',
    effect: 'Keyed',
    isVital: true,
    title: {en: 'Make the roles that are missing', ru: 'Создать недостающие роли'},
    will: {
      en: 'Roles that the backup has and the cluster lacks, with their rights and passwords.',
      ru: 'Роли, которые есть в копии и которых нет в кластере, с их правами и паролями.',
    },
    act: async (reader, key) => {
      const {member, script, existing} = await look(reader, key);
      const text = missingRolesScript(script, existing);
      return text === '' ? [] : [member.exec(applySql, text)];
    },
    verify: async (reader, {key}) => {
      const {missing} = await look(reader, key);
      if (missing.length === 0) return done({en: 'every role is there', ru: 'все роли на месте'});
      return again({
        en: `${missing.join(', ')}: roles that own what is in the dump, and nobody has made them`,
        ru: `${missing.join(', ')}: эти роли владеют содержимым дампа, но их никто не создал`,
      });
    },
    timeouts: {verify: 300},
    commands: [],
  };
}
