/** Compares the encryption keys that were kept with those that Commander uses now. */
import {commanderNamespace} from '../domain/postgres/commander.ts';
import {differingKeys, fingerprintsInSecret, fingerprintsOf, keysSecret, sayFingerprints} from '../domain/postgres/key-fingerprints.ts';
import {defineRunbook} from '../engine/define-runbook.ts';
import {done, failed, type Progress} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {exampleKeysAt, keysToParameter, refuseUnlessCommander} from './commander-keys-backup.ts';
import {gatherKeysPlace, type KeysAt, keysReadPermissions, liveKeysRef, placeName, placeOf, readKeptKeys} from './postgres-keys-steps.ts';
import {databaseTarget} from './postgres-kinds.ts';

export const commanderKeysVerify = defineRunbook({
  name: 'commander-keys-verify',
  version: 1,
  group: 'postgres',
  risk: 'harmless',
  target: databaseTarget,
  parameters: {keysTo: {...keysToParameter, isRequired: true}},
  words: {
    title: {en: 'Compare the kept keys of Commander', ru: 'Сверить сохранённые ключи Commander'},
    why: {
      en: 'Keys that were changed since they were kept are keys that are not kept.',
      ru: 'Если ключи сменились, сохранённая копия уже не поможет.',
    },
    will: {en: 'Fingerprints are compared. Nothing is changed.', ru: 'Сравниваются отпечатки. Ничего не меняется.'},
    danger: {en: 'None.', ru: 'Нет.'},
  },
  permissions: keysReadPermissions,
  exampleFacts: {to: exampleKeysAt},
  gather: async (reader, {target, parameters: {keysTo}}): Promise<{to: KeysAt}> => {
    refuseUnlessCommander(target);
    return {to: await gatherKeysPlace(reader, keysTo)};
  },
  steps: ({facts: {to}}) => [
    {
      id: 'keys-compared',
      effect: 'K8sCas',
      title: {en: 'Compare the fingerprints', ru: 'Сравнить отпечатки'},
      will: {en: `What is kept ${placeOf(to)} with ${keysSecret}.`, ru: `Сохранённое с ${keysSecret}.`},
      act: async () => [],
      verify: reader => compare(reader, to),
      commands: [`kubectl get secret -n ${commanderNamespace} ${keysSecret} -o json`],
    },
  ],
});

async function compare(reader: Reader, to: KeysAt): Promise<Progress> {
  const live = fingerprintsInSecret((await reader.get(liveKeysRef)) ?? {});
  if (live === undefined)
    return failed('NoKeys', {
      en: `the Secret ${commanderNamespace}/${keysSecret} lacks one of its keys`,
      ru: `в Secret ${commanderNamespace}/${keysSecret} нет одного из ключей`,
    });
  const keys = await readKeptKeys(reader, to);
  if (keys === undefined)
    return failed('KeysNotKept', {
      en: `nothing is kept ${placeOf(to)}: commander-keys-backup keeps them`,
      ru: `${placeName(to)}: ничего не сохранено; сохраняет commander-keys-backup`,
    });
  const kept = fingerprintsOf(keys);
  if (kept === undefined)
    return failed('KeysNotKept', {
      en: `what is kept ${placeOf(to)} lacks one of the keys`,
      ru: `${placeName(to)}: среди сохранённого нет одного из ключей`,
    });
  const differing = differingKeys(kept, live);
  if (differing.length > 0)
    return failed('KeysDiffer', {
      en: `Commander uses other keys than are kept ${placeOf(to)}: ${differing.join(', ')}; keep the new ones elsewhere`,
      ru: `у Commander не те ключи, что сохранены (${placeName(to)}): ${differing.join(', ')}; новые сохраните в другом месте`,
    });
  return done({en: `the same; ${sayFingerprints(live)}`, ru: `те же; ${sayFingerprints(live)}`});
}
