/** Keeps the encryption keys of Commander where they outlive it. */
import {keysPlacePattern} from '../domain/postgres/backup-place.ts';
import {isCommanderDatabase} from '../domain/postgres/commander.ts';
import {keysBackupRunbook} from '../domain/postgres/key-fingerprints.ts';
import type {ParameterDefinition} from '../engine/define-parameter.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import type {Target} from '../engine/define-step.ts';
import {gatherKeys, type KeysAt, type KeysFacts, keysBackupSteps, keysPermissions} from './postgres-keys-steps.ts';
import {databaseTarget} from './postgres-kinds.ts';

export const keysToParameter = {
  type: 'string',
  pattern: keysPlacePattern,
  words: {
    en: 'where the keys are kept: file:/FOLDER on this machine, or secret:NAMESPACE/NAME',
    ru: 'где хранить ключи: file:/ПАПКА на этой машине или secret:NAMESPACE/NAME',
  },
} as const satisfies ParameterDefinition;

/** As the printed procedure shows them. */
export const exampleKeysAt: KeysAt = {kind: 'file', path: '/safe/commander-keys.json', owner: 'you'};
export const exampleKeys: KeysFacts = {
  kind: 'keys',
  to: exampleKeysAt,
  fingerprints: {deterministic: '', salt: '', primary: ''},
};

export const commanderKeysBackup = defineRunbook({
  name: keysBackupRunbook,
  version: 1,
  group: 'postgres',
  risk: 'harmless',
  target: databaseTarget,
  parameters: {keysTo: {...keysToParameter, isRequired: true}},
  words: {
    title: {en: 'Keep the encryption keys of Commander', ru: 'Сохранить ключи шифрования Commander'},
    why: {
      en: 'Without them what Commander has encrypted in its database can never be read again; they go with its namespace.',
      ru: 'Без них зашифрованное в базе Commander не прочитать никогда; они пропадают вместе с namespace.',
    },
    will: {
      en: 'The three keys are copied to a file or a Secret of another namespace, and their fingerprints are recorded.',
      ru: 'Три ключа копируются в файл или в Secret другого namespace; их отпечатки записываются.',
    },
    danger: {
      en: 'The copy is as secret as the keys: put it where few can read it.',
      ru: 'Копия так же секретна, как и ключи: храните её там, где её прочтут немногие.',
    },
  },
  permissions: keysPermissions,
  exampleFacts: {keys: exampleKeys},
  gather: async (reader, {target, parameters: {keysTo}}) => {
    refuseUnlessCommander(target);
    const keys = await gatherKeys(reader, keysTo);
    if (keys.kind === 'none')
      throw new Refusal('NothingToDo', {
        en: `Commander ${keys.version} encrypts nothing and has no keys: there is nothing to keep`,
        ru: `Commander ${keys.version} ничего не шифрует, ключей у него нет: сохранять нечего`,
      });
    return {keys};
  },
  steps: ({facts: {keys}}) => keysBackupSteps(keys),
});

export function refuseUnlessCommander({ref}: Target): void {
  if (!isCommanderDatabase(ref))
    throw new Refusal('NotCommander', {
      en: `${ref.namespace ?? ''}/${ref.name} is no database of Commander: only that has encryption keys of its own`,
      ru: `${ref.namespace ?? ''}/${ref.name} — не база Commander: ключи шифрования есть только у неё`,
    });
}
