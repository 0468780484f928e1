/** Finds secrets inside of text by their form: private keys, web tokens, passwords in URLs and in lines of settings. */
import {isSecretName, mayNameSecret} from './secret-name.ts';

/** Stands in place of every secret. Says nothing of its length. */
export const masked = '<masked>';

const mayHoldSecret = /PRIVATE KEY|LS0tLS1CRUdJTi|eyJ|:\/\/|[=:]/;
const privateKey = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;
/** Base64 of `-----BEGIN `, unless CERTIFICATE or PUBLIC follows. */
const encodedKey = /LS0tLS1CRUdJTi(?!BDRVJUSUZJQ0FUR|BQVUJMSUMg)[A-Za-z0-9+/=\s]*/g;
const webToken = /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
const urlPassword = /(?<=:\/\/[^\s/:@]{0,128}:)[^\s/@]{1,512}(?=@)/g;
const bearer = /\b(Bearer|Basic)[ \t]+(?=[^\s\d]{0,512}\d)[\w+/=.~-]{8,}/gi;
/** `password: x`, `export TOKEN=x`, `- name=x` at the beginning of a line. */
const settingLine = /^([ \t]*(?:export[ \t]+|-[ \t]+)?["']?([\w.-]{1,100})["']?[ \t]{0,8}[:=][ \t]*)(\S[^\n]*)$/gm;
/** `"password": "x"` in what may be a piece of JSON. */
const quotedPair = /("([\w.-]{1,100})"[ \t]{0,8}:[ \t]{0,8})("(?:[^"\\]|\\.)*"?)/g;
/** `--token=x`, `TOKEN=x` anywhere. */
const assignment = /(?<=^|[\s;&?"'])(-{0,2}([\w.-]{1,100})=)([^\s&;"']+)/gm;

export function maskText(text: string): string {
  if (text.length < 5 || !mayHoldSecret.test(text)) return text;
  let safe = text;
  if (safe.includes('PRIVATE KEY')) safe = safe.replace(privateKey, masked);
  if (safe.includes('LS0tLS1CRUdJTi')) safe = safe.replace(encodedKey, masked);
  if (safe.includes('eyJ')) safe = safe.replace(webToken, masked);
  if (safe.includes('@')) safe = safe.replace(urlPassword, masked);
  if (/bearer|basic/i.test(safe)) safe = safe.replace(bearer, `$1 ${masked}`);
  if (!mayNameSecret(safe)) return safe;
  safe = safe.replace(settingLine, maskAssignment).replace(quotedPair, maskAssignment);
  return safe.includes('=') ? safe.replace(assignment, maskAssignment) : safe;
}

/** A YAML block (`password: |`) keeps its sign; what stands in it is beyond a line's reach. */
function maskAssignment(whole: string, before: string, name: string, value: string): string {
  return isSecretName(name) && !/^[|>{[][+-]?$|^\$[({]|^["']?["']?$/.test(value) ? `${before}${masked}` : whole;
}
