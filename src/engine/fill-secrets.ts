/** Puts secrets into a write at the moment of sending; before that and after it only their places are known. */
import {type Fields, isFields, readField} from '../domain/fields.ts';
import type {SecretPlace} from '../domain/kube-write.ts';
import type {KindRef} from '../domain/object-ref.ts';
import {Refusal} from './define-runbook.ts';
import type {KnownSecrets} from './known-secrets.ts';
import {KubeClient} from './kube-client.ts';
import type {EnginePorts} from './ports.ts';

const secretKind: KindRef = {group: '', version: 'v1', plural: 'secrets', kind: 'Secret', isNamespaced: true};

type Parts = Pick<EnginePorts, 'kube' | 'maskedValue' | 'files'> & {readonly secrets: KnownSecrets};

/** What was put in is known to `secrets` from then on. */
export async function fillSecrets(parts: Parts, value: Fields): Promise<Fields> {
  const filled: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) filled[name] = await fill(parts, inner);
  return filled;
}

async function fill(parts: Parts, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(each => fill(parts, each)));
  if (!isFields(value)) return value;
  if (typeof value.$secretFrom === 'string') return encoded(parts, value, await readSecret(new KubeClient(parts.kube), value.$secretFrom));
  if (typeof value.$fileFrom === 'string') return encoded(parts, value, await readKept(parts, value.$fileFrom, String(value.$key)));
  if (typeof value.$masked === 'string') return encoded(parts, value, readMasked(parts, value.$masked));
  return fillSecrets(parts, value);
}

/** What a Secret keeps as JSON stands in a registry's `dockerCfg` as base64; typed by a person it may be that already. */
function encoded({secrets}: Parts, {$as, $jsonAs}: Fields, secret: string): string {
  secrets.take(secret);
  const isWanted = $as === 'base64' || ($jsonAs === 'base64' && secret.trimStart().startsWith('{'));
  if (!isWanted) return secret;
  return secrets.take(btoa(String.fromCharCode(...new TextEncoder().encode(secret))));
}

async function readSecret(client: KubeClient, place: string): Promise<string> {
  const [namespace = '', name = '', key = ''] = place.split('/');
  const secret = await client.get({kind: secretKind, namespace, name});
  if (secret === undefined)
    throw new Refusal('NoSecret', {en: `the Secret ${namespace}/${name} does not exist`, ru: `Secret ${namespace}/${name} не существует`});
  const data = readField(secret, 'data');
  const content = isFields(data) ? data[key] : undefined;
  if (typeof content !== 'string')
    throw new Refusal('NoSecret', {
      en: `the Secret ${namespace}/${name} has no key ${key}`,
      ru: `в Secret ${namespace}/${name} нет ключа ${key}`,
    });
  return new TextDecoder().decode(Uint8Array.from(atob(content), character => character.charCodeAt(0)));
}

async function readKept({files}: Pick<EnginePorts, 'files'>, path: string, key: string): Promise<string> {
  if (files === undefined)
    throw new Refusal('NoFiles', {
      en: `${path} is a file on somebody's machine: carry the run on from a dashboard there`,
      ru: `${path} — файл на чьей-то машине: продолжите запуск из deckhand на ней`,
    });
  const text = await files.readText(path);
  const content: unknown = text === undefined ? undefined : parseJson(text);
  const kept = isFields(content) ? content[key] : undefined;
  if (typeof kept !== 'string')
    throw new Refusal('NoSecret', {en: `${path} on ${files.owner} has no ${key}`, ru: `в ${path} на ${files.owner} нет ${key}`});
  return kept;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readMasked({maskedValue}: Pick<EnginePorts, 'maskedValue'>, name: string): string {
  const value = maskedValue?.(name);
  if (value === undefined)
    throw new Refusal('SecretForgotten', {
      en: `the value typed for ${name} lives only in the dashboard where it was typed: start a new run`,
      ru: `значение, введённое для ${name}, есть только в той программе, где его ввели: начните новый запуск`,
    });
  return value;
}

/** A parameter of type 'secret' as the place where its value will stand. */
export function secretPlace(parameter: string): SecretPlace {
  const masked = /^masked:(.+)$/.exec(parameter)?.[1];
  return masked === undefined ? {$secretFrom: parameter} : {$masked: masked};
}
