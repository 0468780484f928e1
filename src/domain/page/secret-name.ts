/**
 * Tells by a field's name whether its value is a secret. Wrong in one direction only where it can be helped: a harmless
 * value that is masked costs a look elsewhere, a secret that is shown cannot be taken back.
 */

const secretNoun =
  /(?:passw(?:or)?ds?|passphrases?|passwd|htpasswd|tokens?|secrets?|apikeys?|credentials?|kubeconfig|dockercfg|dockerconfigjson|connectionstring)$|^(?:pass|pw|pwd|bindpw|creds?|privatekey|secretkey|accesskey|dsn)$/;

/** What the last word may be when the field only tells of a secret: its name, place, age. */
const description =
  /^(?:names?|refs?|references?|namespaces?|paths?|files?|dir|urls?|uri|endpoints?|types?|polic(?:y|ies)|seconds?|ttl|mode|versions?|enabled|disabled|counts?|kind|lifetime|size|length|algorithm|issuer|expir(?:ation|y|es)|at|selectors?|min|max|rotation|duration|interval|period|reviews?|template|class|store|audiences?|accounts?|required|rules|group|mount|provider|status|checksum)$/;

const keyQualifier =
  /^(?:private|access|secret|api|encryption|encrypt|decryption|decrypt|signing|sign|ssh|license|shared|client|server|tls|ssl|master|primary|account|session|hmac|aes|deterministic|webhook|auth)$/;

const anySign = /pass|pw|token|secret|cred|keys?|cfg|docker|kubeconfig|dsn|connection|account/i;

/** False where no name within the text can be a secret's: cheap, for most of an object holds none. */
export function mayNameSecret(text: string): boolean {
  return anySign.test(text);
}

/** True of `sudoPasswordEncoded`, `dockerCfg`, `privateSSHKey`, `bearer_token`; false of `secretName`, `sshPublicKeys`. */
export function isSecretName(name: string): boolean {
  if (!mayNameSecret(name)) return false;
  const words = wordsOf(name);
  if (isDescriptive(words)) return false;
  if (words.some(word => secretNoun.test(word))) return true;
  const joined = words.join(' ');
  if (/\bdocker (?:cfg|config)\b|\bconnection string\b|\bservice account (?:json|key)\b|\bclient key data\b/.test(joined)) return true;
  const key = words.findIndex(word => /^keys?$/.test(word));
  return key > 0 && words.slice(0, key).some(word => keyQualifier.test(word));
}

/** For settings and environment variables, where anything called a key, salt or authentication is taken for a secret too. */
export function isSecretSetting(name: string): boolean {
  if (isSecretName(name)) return true;
  const words = wordsOf(name);
  return !isDescriptive(words) && /^(?:.*keys?|salt|auth|authorization|cookie|seed|pin)$/.test(words.at(-1) ?? '');
}

function isDescriptive(words: readonly string[]): boolean {
  const last = words.at(-1);
  return last === undefined || description.test(last) || words.includes('public');
}

/** `privateSSHKey` → private, ssh, key. */
function wordsOf(name: string): string[] {
  return (name.slice(0, 200).match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map(word => word.toLowerCase());
}
