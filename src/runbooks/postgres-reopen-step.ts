/** Lets connections into restored databases that were not there before: they were made closed, and no freeze knows how open they were. */
import {limitWhenOpen} from '../domain/postgres/dump-manifest.ts';
import {freezeStateSql, type Limits, thawSql} from '../domain/postgres/dump-sql.ts';
import {psql} from '../domain/postgres/member-commands.ts';
import {again, done, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {stillClosed} from './postgres-freeze-steps.ts';
import {readMadeManifest} from './postgres-made-backup.ts';
import {leadingMember, objectsIn} from './postgres-member.ts';
import {maintenance, type Restore} from './postgres-restore-steps.ts';

/** `limits` are those of the databases that were there, which the thaw gives back. */
export function reopenStep({database, openBackup}: Restore, limits: Limits): KeyedStep {
  const look = async (reader: Reader, key: string) => {
    const {manifest} = await readMadeManifest(reader, openBackup, key);
    const member = await leadingMember(reader, database);
    const own = manifest.databases.filter(({name}) => name !== maintenance && limits[name] === undefined);
    const states = objectsIn(await member.ask(freezeStateSql(own.map(({name}) => name))));
    const closed = states.filter(({limit}) => limit === 0).map(({name}) => String(name));
    const wanted = own
      .map(dumped => [dumped.name, limitWhenOpen(manifest, dumped)] as const)
      .filter(([name, limit]) => closed.includes(name) && limit !== 0);
    return {member, own, wanted};
  };
  return {
    id: 'restored-opened',
    effect: 'Keyed',
    title: {en: 'Open the databases that came back', ru: 'Открыть вернувшиеся базы'},
    will: {
      en: 'Databases of the backup that were not there before take connections as when they were dumped.',
      ru: 'Базы из копии, которых раньше не было, принимают подключения как при снятии дампа.',
    },
    act: async (reader, key) => {
      const {member, wanted} = await look(reader, key);
      return wanted.map(([name, limit]) => member.exec(psql(thawSql({[name]: limit}))));
    },
    verify: async (reader, {key}) => {
      const {own, wanted} = await look(reader, key);
      if (wanted.length > 0) return again(stillClosed(wanted.map(([name]) => name)));
      const names = own.map(({name}) => name).join(', ');
      return done(
        own.length === 0
          ? {en: 'every database was there before', ru: 'все базы уже были'}
          : {en: `${names}: open`, ru: `открыты: ${names}`},
      );
    },
    commands: [],
  };
}
