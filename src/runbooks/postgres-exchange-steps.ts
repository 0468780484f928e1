/** Puts restored databases in the place of the old ones, which stay beside. */
import {analyzeSql, databaseNamesSql, exchangeSql, identifier} from '../domain/postgres/dump-sql.ts';
import {psql} from '../domain/postgres/member-commands.ts';
import {again, done, type GateDefinition, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {runIdOf} from './postgres-backup-place.ts';
import {readMadeManifest} from './postgres-made-backup.ts';
import {leadingMember, namesIn} from './postgres-member.ts';
import {copyName, maintenance, type Restore} from './postgres-restore-steps.ts';

/** The moment at which the restored databases are the ones: both renames of each, or none. */
export function exchangeStep({database, openBackup}: Restore, gate?: GateDefinition): KeyedStep {
  const pending = async (reader: Reader, key: string) => {
    const {manifest} = await readMadeManifest(reader, openBackup, key);
    const member = await leadingMember(reader, database);
    const names = namesIn(await member.ask(databaseNamesSql));
    const [id, exchanged] = [runIdOf(key), manifest.databases.map(({name}) => name).filter(name => name !== maintenance)];
    return {member, id, names, exchanged, left: exchanged.filter(name => names.includes(copyName(name, 'restore', id)))};
  };
  return {
    id: 'exchanged',
    effect: 'Keyed',
    ...(gate === undefined ? {} : {gate}),
    title: {en: 'Put the restored databases in place', ru: 'Поставить восстановленные базы на место'},
    will: {
      en: 'Old and new change names in one transaction. The old ones stay beside, closed, until you drop them.',
      ru: 'Старая и новая база меняются именами в одной транзакции. Старые остаются рядом закрытыми, пока вы их не удалите.',
    },
    danger: {en: 'Undo changes the names back.', ru: 'Отмена возвращает имена.'},
    act: async (reader, key) => {
      const {member, id, names, left} = await pending(reader, key);
      return left.map(name => {
        const fresh = copyName(name, 'restore', id);
        const rename = `alter database ${identifier(fresh)} rename to ${identifier(name)}`;
        return member.exec(psql(names.includes(name) ? exchangeSql(name, copyName(name, 'before', id), fresh) : rename));
      });
    },
    undo: async (reader, key) => {
      const {member, names, exchanged} = await pending(reader, key);
      // The key of an undo is another one, but of the same run.
      const id = runIdOf(key);
      const back = exchanged.filter(name => names.includes(copyName(name, 'before', id)));
      return back.map(name => member.exec(psql(exchangeSql(name, copyName(name, 'restore', id), copyName(name, 'before', id)))));
    },
    verify: async (reader, past) => {
      const {id, names, exchanged, left} = await pending(reader, past.key);
      if (left.length > 0) return again(`${left.join(', ')} not yet in place`);
      const kept = exchanged.map(name => copyName(name, 'before', id)).filter(name => names.includes(name));
      return done(`${exchanged.join(', ')} in place${kept.length === 0 ? '' : `; kept: ${kept.join(', ')}`}`);
    },
    commands: [],
  };
}

/** Without statistics the first queries would be slow. */
export function analyzeStep({database, openBackup}: Restore): KeyedStep {
  return {
    id: 'analyzed',
    effect: 'Keyed',
    title: {en: 'Gather statistics', ru: 'Собрать статистику'},
    will: {en: 'ANALYZE in every database that came back.', ru: 'ANALYZE в каждой восстановленной базе.'},
    act: async (reader, key) => {
      const {manifest} = await readMadeManifest(reader, openBackup, key);
      const member = await leadingMember(reader, database);
      return manifest.databases.map(({name}) => member.exec(psql(analyzeSql, name)));
    },
    timeouts: {act: 3600},
    commands: [],
  };
}
