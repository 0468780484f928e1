/** What is put in safety before a live database is changed: Commander's encryption keys, and a dump that can be relied on. */
import {backupPlacePattern, keysPlacePattern} from '../domain/postgres/backup-place.ts';
import type {Words} from '../domain/words.ts';
import type {ParameterDefinition} from '../engine/define-parameter.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Step} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {dumpTidySteps, verifiedDumpSteps} from './postgres-backup-steps.ts';
import {type DumpFacts, type DumpScope, gatherDump, placeWords} from './postgres-dump-scope.ts';
import {gatherKeys, type KeysFacts, keysBackupSteps} from './postgres-keys-steps.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import type {Owner} from './postgres-owner.ts';
import {openPlaceSteps} from './postgres-reached-place.ts';

/** Said by whoever has them elsewhere. */
const nowhere = 'none';

export const safekeepingParameters = {
  backupTo: {
    type: 'string',
    isRequired: true,
    pattern: new RegExp(`${backupPlacePattern.source}|^${nowhere}$`),
    words: {
      en: 'where a dump is kept first: file:/FOLDER on this machine, pvc:NAMESPACE/NAME on another class, or none if you have one elsewhere',
      ru: 'где сначала сохранить дамп: file:/ПАПКА на этой машине, pvc:NAMESPACE/NAME на другом классе или none, если он у вас есть',
    },
  },
  keysTo: {
    type: 'string',
    pattern: new RegExp(`${keysPlacePattern.source}|^${nowhere}$`),
    neededFor: {en: 'needed for Commander’s database', ru: 'нужно для базы Commander'},
    words: {
      en: 'for Commander’s database only: where its encryption keys are kept: file:/FOLDER, secret:NAMESPACE/NAME, or none if you have them elsewhere',
      ru: 'только для базы Commander: где хранить ключи шифрования: file:/ПАПКА, secret:NAMESPACE/NAME или none, если они у вас есть',
    },
  },
} as const satisfies Readonly<Record<string, ParameterDefinition>>;

/** null: it was said that there is to be none. */
export type Safekeeping = {readonly dump: DumpFacts | null; readonly keys: KeysFacts | null};

type Request = {
  readonly database: DatabaseName;
  readonly owner: Owner;
  readonly leftClass: string;
  readonly backupTo: string;
  readonly keysTo: string | undefined;
};

/** Throws Refusal where nothing was said of Commander’s keys, or where nothing can be kept there. */
export async function gatherSafekeeping(reader: Reader, {database, owner, leftClass, backupTo, keysTo}: Request): Promise<Safekeeping> {
  if (owner === 'commander' && keysTo === undefined)
    throw new Refusal(
      'NoDestination',
      {
        en: 'nothing says where Commander’s encryption keys are to be kept: give keysTo=file:/FOLDER or secret:NAMESPACE/NAME (none: you have them elsewhere)',
        ru: 'не указано, где хранить ключи шифрования Commander: задайте keysTo=file:/ПАПКА или secret:NAMESPACE/NAME (none: они у вас уже есть)',
      },
      'keysTo',
    );
  const hasKeys = owner === 'commander' && keysTo !== undefined && keysTo !== nowhere;
  return {
    keys: hasKeys ? await gatherKeys(reader, keysTo) : null,
    dump: backupTo === nowhere ? null : await gatherDump(reader, {database, backupTo, ...(leftClass !== '' && {leftClass})}),
  };
}

export function safekeepingSteps(database: DatabaseName, {dump, keys}: Safekeeping): readonly Step[] {
  const scope: DumpScope | undefined = dump === null ? undefined : {database, facts: dump};
  return [
    ...(keys === null ? [] : keysBackupSteps(keys)),
    ...(scope === undefined ? [] : [...openPlaceSteps(scope.facts.to, 'to'), ...verifiedDumpSteps(scope), ...dumpTidySteps(scope)]),
  ];
}

export function safekeepingNotes({dump, keys}: Safekeeping, owner: Owner): readonly Words[] {
  return [
    dump === null
      ? {
          en: 'No dump is taken: the retained volumes are the only way back.',
          ru: 'Дамп не снимается: путь назад — только сохранённые тома.',
        }
      : {
          en: `Dumped first: ${dump.databases.join(', ')}; kept ${placeWords(dump.to).en}.`,
          ru: `Сначала дамп: ${dump.databases.join(', ')}; место: ${placeWords(dump.to).ru}.`,
        },
    ...(owner === 'commander' && keys?.kind === 'none'
      ? [
          {
            en: `Commander ${keys.version} encrypts nothing: there are no keys to keep.`,
            ru: `Commander ${keys.version} ничего не шифрует: ключей нет.`,
          },
        ]
      : []),
  ];
}
