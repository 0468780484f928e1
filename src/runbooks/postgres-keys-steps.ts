/** The encryption keys of Commander, kept where they outlive it; what is written down of them is their fingerprints. */
import {isFields} from '../domain/fields.ts';
import type {Effect} from '../domain/kube-write.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import {readKeysPlace, type SecretTarget} from '../domain/postgres/backup-place.ts';
import {commanderNamespace} from '../domain/postgres/commander.ts';
import {
  differingKeys,
  encryptionKeys,
  fingerprintsInSecret,
  fingerprintsOf,
  type KeyFingerprints,
  keysBackupStep,
  keysSecret,
  missingKeys,
  readKeys,
  sayFingerprints,
} from '../domain/postgres/key-fingerprints.ts';
import {parseJson} from '../domain/postgres/patroni-answer.ts';
import {compareVersions, parseVersion} from '../domain/query/version-order.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type GateDefinition, type KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {moduleVersion, secretKind} from './postgres-dump-manifest.ts';

/** JSON: part of what a plan stands on. */
export type KeysAt =
  | {readonly kind: 'file'; readonly path: string; readonly owner: string}
  | {readonly kind: 'secret'; readonly namespace: string; readonly name: string};

export type KeysFacts =
  /** Commander before 1.6 encrypts nothing. */
  {readonly kind: 'none'; readonly version: string} | {readonly kind: 'keys'; readonly to: KeysAt; readonly fingerprints: KeyFingerprints};

export const liveKeysRef: ObjectRef = {kind: secretKind, namespace: commanderNamespace, name: keysSecret};

/** Commander encrypts from this version on. */
const encryptsFrom = '1.6.0';
const keysFile = 'commander-keys.json';

export const keysPermissions: readonly Permission[] = [
  {verbs: ['get'], group: '', resource: 'secrets', scope: 'target'},
  {verbs: ['get'], group: 'deckhouse.io', resource: 'modules'},
  {verbs: ['get', 'create'], group: '', resource: 'secrets', parameter: 'keysTo', prefix: 'secret'},
];

/** Only looked at. */
export const keysReadPermissions: readonly Permission[] = [
  {verbs: ['get'], group: '', resource: 'secrets', scope: 'target'},
  {verbs: ['get'], group: 'deckhouse.io', resource: 'modules'},
  {verbs: ['get'], group: '', resource: 'secrets', parameter: 'keysTo', prefix: 'secret'},
];

/** Throws Refusal where there are no keys to keep, or no place for them. */
export async function gatherKeys(reader: Reader, keysTo: string): Promise<KeysFacts> {
  const live = await reader.get(liveKeysRef);
  const keys = live === undefined ? {} : readKeys(live);
  const missing = missingKeys(keys);
  if (missing.length === encryptionKeys.length) {
    const version = await moduleVersion(reader);
    if (version !== null && isBefore(version, encryptsFrom)) return {kind: 'none', version};
  }
  const fingerprints = fingerprintsOf(keys);
  if (fingerprints === undefined)
    throw new Refusal('NoKeys', {
      en: `the Secret ${commanderNamespace}/${keysSecret} lacks ${missing.join(', ')}: find out where the keys are before anything else`,
      ru: `в Secret ${commanderNamespace}/${keysSecret} нет ${missing.join(', ')}: прежде всего выясните, где ключи`,
    });
  return {kind: 'keys', to: await gatherKeysPlace(reader, keysTo), fingerprints};
}

function isBefore(version: string, first: string): boolean {
  const [own, other] = [parseVersion(version), parseVersion(first)];
  return own !== undefined && other !== undefined && compareVersions(own, other) < 0;
}

export async function gatherKeysPlace(reader: Reader, keysTo: string): Promise<KeysAt> {
  const place = readKeysPlace(keysTo);
  if (place.kind === 'secret') {
    refuseUnfit(place);
    return place;
  }
  if (reader.files === undefined)
    throw new Refusal('NoFiles', {
      en: 'file: is a folder on a person’s machine, and a controller has none: name a Secret with secret:NAMESPACE/NAME',
      ru: 'file: — это папка на машине человека, у контроллера её нет: укажите Secret, secret:NAMESPACE/NAME',
    });
  return {kind: 'file', path: `${place.folder === '/' ? '' : place.folder}/${keysFile}`, owner: reader.files.owner};
}

function refuseUnfit({namespace, name}: SecretTarget): void {
  if (namespace === commanderNamespace)
    throw new Refusal('BadPlace', {
      en: `the Secret ${namespace}/${name} would go together with Commander: name one in another namespace`,
      ru: `Secret ${namespace}/${name} исчезнет вместе с Commander: укажите Secret в другом namespace`,
    });
}

/** What is kept there: undefined where nothing is. Throws Refusal where the place cannot be looked at. */
export async function readKeptKeys(reader: Reader, to: KeysAt): Promise<Readonly<Record<string, string>> | undefined> {
  if (to.kind === 'secret') {
    const secret = await reader.get({kind: secretKind, namespace: to.namespace, name: to.name});
    return secret === undefined ? undefined : readKeys(secret);
  }
  if (reader.files?.owner !== to.owner)
    throw new Refusal('OtherMachine', {
      en: `${to.path} is a file of ${to.owner}: carry the run on from a dashboard there`,
      ru: `${to.path} — файл у ${to.owner}: продолжите запуск из deckhand на той машине`,
    });
  const text = await reader.files.readText(to.path);
  if (text === undefined) return undefined;
  const content = parseJson(text);
  return isFields(content) ? Object.fromEntries(encryptionKeys.map(({name}) => [name, String(content[name] ?? '')])) : {};
}

/** Throws Refusal where the kept keys are not these. */
export async function requireKeptKeys(reader: Reader, {to, fingerprints}: Extract<KeysFacts, {kind: 'keys'}>): Promise<void> {
  const kept = await readKeptKeys(reader, to);
  const found = kept === undefined ? undefined : fingerprintsOf(kept);
  if (found === undefined)
    throw new Refusal('KeysNotKept', {
      en: `the keys are not ${placeOf(to)}: without them the encrypted rows are lost`,
      ru: `ключей нет (${placeName(to)}): без них зашифрованные строки потеряны`,
    });
  const differing = differingKeys(found, fingerprints);
  if (differing.length > 0)
    throw new Refusal('OtherKeys', {
      en: `the keys ${placeOf(to)} are others (${differing.join(', ')}): choose another place and start again`,
      ru: `${placeName(to)}: ключи там другие (${differing.join(', ')}); выберите другое место и запустите снова`,
    });
}

/** Throws Refusal where Commander would come up with other keys than those that its rows are encrypted with. */
export async function requireLiveKeys(
  reader: Reader,
  {fingerprints}: Pick<Extract<KeysFacts, {kind: 'keys'}>, 'fingerprints'>,
): Promise<void> {
  const live = fingerprintsInSecret((await reader.get(liveKeysRef)) ?? {});
  const differing = live === undefined ? encryptionKeys.map(({word}) => word) : differingKeys(live, fingerprints);
  if (differing.length === 0) return;
  throw new Refusal('OtherKeys', {
    en: `the keys in ${commanderNamespace}/${keysSecret} are not those of the rows (${differing.join(', ')}): put the kept ones back first`,
    ru: `ключи в ${commanderNamespace}/${keysSecret} не те, которыми зашифрованы строки (${differing.join(', ')}): сначала верните сохранённые`,
  });
}

/** One step, or none where nothing is encrypted. `gate`: a person says that the keys are out of reach of what comes. */
export function keysBackupSteps(facts: KeysFacts, gate?: GateDefinition): readonly KeyedStep[] {
  if (facts.kind === 'none') return [];
  const {to} = facts;
  return [
    {
      id: keysBackupStep,
      effect: 'Keyed',
      isHarmless: true,
      isVital: true,
      ...(gate === undefined ? {} : {gate}),
      title: {en: `Keep the encryption keys ${placeOf(to)}`, ru: `Сохранить ключи шифрования: ${placeName(to)}`},
      will: {
        en: 'The three keys are copied and read back. Records hold their SHA-256 fingerprints, never the keys.',
        ru: 'Три ключа копируются и сверяются. В записях остаются только отпечатки SHA-256.',
      },
      danger: {
        en: 'Whoever can read the copy can decrypt what Commander keeps. What stands there already is never overwritten.',
        ru: 'Кто может прочитать копию, сможет расшифровать данные Commander. Уже сохранённое не перезаписывается.',
      },
      act: async reader => {
        const live = fingerprintsInSecret((await reader.get(liveKeysRef)) ?? {});
        if (live === undefined || differingKeys(live, facts.fingerprints).length > 0)
          throw new Refusal('KeysChanged', {
            en: 'the keys have changed since the run was planned: start a new run',
            ru: 'ключи изменились после того, как запуск был спланирован: начните новый запуск',
          });
        if ((await readKeptKeys(reader, to)) === undefined) return [keepKeys(to)];
        await requireKeptKeys(reader, facts);
        return [];
      },
      verify: async reader => {
        if ((await readKeptKeys(reader, to)) === undefined)
          return failed('KeysNotKept', {en: `nothing is ${placeOf(to)}`, ru: `там ничего нет: ${placeName(to)}`});
        await requireKeptKeys(reader, facts);
        const prints = sayFingerprints(facts.fingerprints);
        return done({en: `kept; ${prints}`, ru: `сохранены; ${prints}`});
      },
      commands: [
        to.kind === 'file'
          ? `(umask 077; kubectl get secret -n ${commanderNamespace} ${keysSecret} -o json > ${to.path})`
          : `kubectl get secret -n ${commanderNamespace} ${keysSecret} -o json | jq '{apiVersion, kind, type, data, metadata: {name: "${to.name}", namespace: "${to.namespace}"}}' | kubectl create -f -`,
      ],
    },
  ];
}

function keepKeys(to: KeysAt): Effect {
  const places = Object.fromEntries(
    encryptionKeys.map(({name}) => [
      name,
      {$secretFrom: `${commanderNamespace}/${keysSecret}/${name}`, ...(to.kind === 'secret' && {$as: 'base64'})},
    ]),
  );
  if (to.kind === 'file') return {kind: 'save', path: to.path, content: places};
  return {kind: 'create', ref: {kind: secretKind, namespace: to.namespace, name: to.name}, object: {type: 'Opaque', data: places}};
}

/** The places of the kept keys, for a write that puts them back. */
export function keptKeyPlaces(to: KeysAt) {
  return Object.fromEntries(
    encryptionKeys.map(({name}) => [
      name,
      to.kind === 'file'
        ? {$fileFrom: to.path, $key: name, $as: 'base64' as const}
        : {$secretFrom: `${to.namespace}/${to.name}/${name}`, $as: 'base64' as const},
    ]),
  );
}

export function placeOf(to: KeysAt): string {
  return to.kind === 'file' ? `in ${to.path} of ${to.owner}` : `in the Secret ${to.namespace}/${to.name}`;
}

export function placeName(to: KeysAt): string {
  return to.kind === 'file' ? `${to.path} у ${to.owner}` : `Secret ${to.namespace}/${to.name}`;
}
