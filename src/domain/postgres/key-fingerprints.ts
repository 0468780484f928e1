/**
 * The encryption keys of Commander by their fingerprints: SHA-256 of each key, which says whether two keys are the same and nothing
 * of what they are. The step that keeps the keys leaves them in its message, where the views read them again.
 */
import {type Fields, readFields} from '../fields.ts';
import {sha256} from '../sha256.ts';

/** The Secret in the namespace of Commander that holds them. */
export const keysSecret = 'commander-envs';

/** The words stand in messages, which are short. */
export const encryptionKeys = [
  {name: 'ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY', word: 'deterministic'},
  {name: 'ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT', word: 'salt'},
  {name: 'ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY', word: 'primary'},
] as const;

export type KeyWord = (typeof encryptionKeys)[number]['word'];
export type KeyFingerprints = Readonly<Record<KeyWord, string>>;

/** A key that is shorter was never made by Commander. */
export const keyLengthMin = 32;

/** Names of the keys that are not there, or too short to be one. */
export function missingKeys(keys: Readonly<Record<string, string>>): readonly string[] {
  return encryptionKeys.map(({name}) => name).filter(name => (keys[name] ?? '').length < keyLengthMin);
}

/** undefined where a key is missing. */
export function fingerprintsOf(keys: Readonly<Record<string, string>>): KeyFingerprints | undefined {
  if (missingKeys(keys).length > 0) return undefined;
  const of = (word: KeyWord): string => sha256(keys[encryptionKeys.find(key => key.word === word)?.name ?? ''] ?? '');
  return {deterministic: of('deterministic'), salt: of('salt'), primary: of('primary')};
}

/** The keys of a Secret, decoded; not to be shown, logged or kept. */
export function readKeys(secret: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(readFields(secret, 'data')).flatMap(([name, value]) => decoded(name, value)));
}

function decoded(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== 'string' || !encryptionKeys.some(key => key.name === name)) return [];
  try {
    return [[name, new TextDecoder().decode(Uint8Array.from(atob(value), character => character.charCodeAt(0)))]];
  } catch {
    // What is no base64 is no key either.
    return [];
  }
}

/** The fingerprints of the live keys in `commander-envs`. */
export function fingerprintsInSecret(secret: unknown): KeyFingerprints | undefined {
  return fingerprintsOf(readKeys(secret));
}

const sentence = /\bsha256 deterministic ([0-9a-f]{64}), salt ([0-9a-f]{64}), primary ([0-9a-f]{64})/;

/** Within the 256 bytes that a step's message may have. */
export function sayFingerprints({deterministic, salt, primary}: KeyFingerprints): string {
  return `sha256 deterministic ${deterministic}, salt ${salt}, primary ${primary}`;
}

/** undefined where the text says none. */
export function readFingerprints(text: string): KeyFingerprints | undefined {
  const [, deterministic, salt, primary] = sentence.exec(text) ?? [];
  return deterministic === undefined || salt === undefined || primary === undefined ? undefined : {deterministic, salt, primary};
}

/** As they stand in a file or a Secret's annotation. */
export function readFingerprintFields(fields: Fields): KeyFingerprints | undefined {
  const {deterministic, salt, primary} = fields;
  return typeof deterministic === 'string' && typeof salt === 'string' && typeof primary === 'string'
    ? {deterministic, salt, primary}
    : undefined;
}

/** Words of the keys whose fingerprints differ. */
export function differingKeys(left: KeyFingerprints, right: KeyFingerprints): readonly KeyWord[] {
  return encryptionKeys.map(({word}) => word).filter(word => left[word] !== right[word]);
}

/** The step of the runbook whose message holds them. */
export const keysBackupRunbook = 'commander-keys-backup';
export const keysBackupStep = 'keys-kept';
/** Those that have the step; a move does not where it was told to keep no keys. */
export const keysKeepingRunbooks = [keysBackupRunbook, 'postgres-storage-class', 'postgres-storage-class-by-restore'] as const;

/** What a run that has kept the keys says in its record, whatever became of it afterwards; undefined for any other run. */
export function fingerprintsOfRun(run: {
  readonly spec: {readonly runbook: {readonly name: string}};
  readonly status: {readonly steps: readonly {readonly id: string; readonly state: string; readonly message: string}[]};
}): KeyFingerprints | undefined {
  if (!keysKeepingRunbooks.some(name => name === run.spec.runbook.name)) return undefined;
  const step = run.status.steps.find(({id, state}) => id === keysBackupStep && state === 'Succeeded');
  return step === undefined ? undefined : readFingerprints(step.message);
}
