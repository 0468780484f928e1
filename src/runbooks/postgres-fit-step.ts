/** Whether a backup can come back here at all: asked before anybody is kept out. */
import type {Manifest} from '../domain/postgres/dump-manifest.ts';
import {identitySql} from '../domain/postgres/member-sql.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {done, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {cronRefusal, hasCron} from './postgres-cron-place.ts';
import {requireLiveKeys} from './postgres-keys-steps.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {readMadeManifest} from './postgres-made-backup.ts';
import {leadingMember, objectsIn} from './postgres-member.ts';
import {maintenance, type Restore} from './postgres-restore-steps.ts';

/** What stands on a claim is seen only now; of a folder it was asked as the run was planned, and the keys may have changed since. */
export function fitStep({database, openBackup}: Restore): KeyedStep {
  const look = async (reader: Reader, key: string): Promise<Manifest> => {
    const {manifest} = await readMadeManifest(reader, openBackup, key);
    await requireFit(reader, manifest, database);
    return manifest;
  };
  return {
    id: 'backup-fits',
    effect: 'Keyed',
    isHarmless: true,
    isVital: true,
    title: {en: 'See whether the backup can come back here', ru: 'Проверить, подходит ли копия'},
    will: {
      en: 'Of this database, of no newer server, and encrypted with the keys in use; nothing is changed.',
      ru: 'Копия этой базы, не с более нового сервера, зашифрована действующими ключами; ничего не меняется.',
    },
    act: async (reader, key) => {
      await look(reader, key);
      return [];
    },
    verify: async (reader, {key}) => {
      const {takenAt, databases, keys} = await look(reader, key);
      const names = databases.map(({name}) => name).join(', ');
      const [told, said] = keys === null ? ['', ''] : ['; the keys are those in use', '; ключи — действующие'];
      return done({en: `${names}, taken ${takenAt}${told}`, ru: `${names}, снята ${takenAt}${said}`});
    },
    commands: [],
  };
}

/** Throws Refusal where the backup is another database's, of a newer server, or encrypted with other keys than those in use. */
export async function requireFit(reader: Reader, manifest: Manifest, database: DatabaseName): Promise<void> {
  const {namespace, name} = database;
  if (manifest.namespace !== namespace || manifest.cluster !== name)
    throw new Refusal('OtherDatabase', {
      en: `the backup is of ${manifest.namespace}/${manifest.cluster}, not of ${namespace}/${name}`,
      ru: `копия снята с ${manifest.namespace}/${manifest.cluster}, а не с ${namespace}/${name}`,
    });
  const member = await leadingMember(reader, database);
  const [identity] = objectsIn([await member.ask(identitySql)]);
  const [running, dumped] = [Number(identity?.version ?? 0), manifest.serverVersion].map(version => Math.floor(version / 10_000));
  if (running !== undefined && dumped !== undefined && running < dumped)
    throw new Refusal('OlderServer', {
      en: `the backup is of PostgreSQL ${dumped}, and the database runs ${running}: a dump does not go back to an older one`,
      ru: `копия снята с PostgreSQL ${dumped}, а база на ${running}: дамп не восстановить в более старую версию`,
    });
  const beside = manifest.databases.find(({name: own, before}) => own !== maintenance && hasCron(before));
  if (beside !== undefined) throw cronRefusal(beside.name);
  if (manifest.keys !== null) await requireLiveKeys(reader, {fingerprints: manifest.keys});
}
