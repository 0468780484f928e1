/** Checks what was given against a runbook's parameters before anything is looked at. Every complaint names the parameter and the fix. */
import {type Fields, isFields} from '../domain/fields.ts';
import type {Words} from '../domain/words.ts';
import type {ParameterDefinition} from './define-parameter.ts';
import {Refusal, type Runbook} from './define-runbook.ts';
import type {Reader} from './reader.ts';

export type CheckedParameters = Fields & {readonly target: string};

/** As the CRD bounds it: what is larger belongs into an object of its own. */
export const parametersBytesMax = 32_768;
const choicesShown = 8;

export function checkParameters(runbook: Runbook, given: Fields): CheckedParameters {
  const bytes = new TextEncoder().encode(JSON.stringify(given)).length;
  if (bytes > parametersBytesMax)
    refuse('parameters', {
      en: `are ${bytes} bytes; at most ${parametersBytesMax} are taken`,
      ru: `занимают ${bytes} байт; принимается не больше ${parametersBytesMax}`,
    });
  const {target, ...rest} = given;
  if (typeof target !== 'string' || target === '')
    refuse('target', {en: 'is missing: name the object to act on', ru: 'не задан: назовите объект, над которым действовать'});
  if (target.length > 512) refuse('target', {en: 'is longer than 512 characters', ru: 'длиннее 512 символов'});
  const known = Object.keys(runbook.parameters);
  const strange = Object.keys(rest).find(name => !known.includes(name));
  if (strange !== undefined)
    refuse(strange, {
      en: `is not a parameter of ${runbook.name}: it takes ${['target', ...known].join(', ')}`,
      ru: `не относится к ${runbook.name}: он принимает ${['target', ...known].join(', ')}`,
    });
  const checked: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(runbook.parameters)) {
    const value = checkOne(name, definition, rest[name]);
    if (value !== undefined) checked[name] = value;
  }
  return {...checked, target};
}

function checkOne(name: string, definition: ParameterDefinition, given: unknown): unknown {
  const value = given ?? ('default' in definition ? definition.default : undefined);
  if (value === undefined || value === null || value === '') {
    if (definition.isRequired === true) refuse(name, {en: `is missing: ${definition.words.en}`, ru: `не задан: ${definition.words.ru}`});
    return undefined;
  }
  switch (definition.type) {
    case 'string':
      return checkString(name, definition, value);
    case 'integer':
      return checkInteger(name, definition, value);
    case 'boolean':
      return checkBoolean(name, value);
    case 'fields':
      return checkFields(name, value);
    case 'list':
      return checkList(name, value);
    case 'secret':
      return checkSecret(name, value);
  }
}

function checkString(name: string, {pattern, lengthMax = 4096}: Extract<ParameterDefinition, {type: 'string'}>, value: unknown): string {
  if (typeof value !== 'string') refuse(name, {en: 'must be a string', ru: 'должен быть строкой'});
  if (value.length > lengthMax) refuse(name, {en: `is longer than ${lengthMax} characters`, ru: `длиннее ${lengthMax} символов`});
  if (pattern !== undefined && !pattern.test(value))
    refuse(name, {en: `must match ${pattern.source}`, ru: `должен подходить под ${pattern.source}`});
  return value;
}

/** A command line brings numbers as text. */
function checkInteger(name: string, {min, max}: Extract<ParameterDefinition, {type: 'integer'}>, value: unknown): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    refuse(name, {en: 'must be a whole number', ru: 'должен быть целым числом'});
  if (min !== undefined && number < min) refuse(name, {en: `must be at least ${min}`, ru: `должен быть не меньше ${min}`});
  if (max !== undefined && number > max) refuse(name, {en: `must be at most ${max}`, ru: `должен быть не больше ${max}`});
  return number;
}

function checkBoolean(name: string, value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return refuse(name, {en: 'must be true or false', ru: 'должен быть true или false'});
}

function checkFields(name: string, value: unknown): Fields {
  const parsed = typeof value === 'string' ? parseJson(name, value) : value;
  return isFields(parsed) ? parsed : refuse(name, {en: 'must be an object, as JSON', ru: 'должен быть объектом в виде JSON'});
}

function checkList(name: string, value: unknown): readonly unknown[] {
  const parsed = typeof value === 'string' ? parseJson(name, value) : value;
  return Array.isArray(parsed) ? parsed : refuse(name, {en: 'must be a list, as JSON', ru: 'должен быть списком в виде JSON'});
}

function checkSecret(name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^(?:[^/\s]+\/[^/\s]+\/[^/\s]+|masked:[\w-]+)$/.test(value)) {
    refuse(name, {
      en: 'must name a key of a Secret as namespace/name/key: the value itself is never a parameter',
      ru: 'должен называть ключ Secret как namespace/имя/ключ: само значение параметром не бывает',
    });
  }
  return value;
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(name, {en: 'is not valid JSON', ru: 'не является правильным JSON'});
  }
}

/** Compares closed parameters with what the cluster offers now. */
export async function checkChoices(runbook: Runbook, reader: Reader, given: CheckedParameters): Promise<void> {
  for (const [name, {choices, isClosed}] of Object.entries(runbook.parameters)) {
    const value = given[name];
    if (choices === undefined || isClosed !== true || value === undefined) continue;
    const offered = await choices(reader, given);
    if (offered.includes(String(value))) continue;
    const shown = offered.slice(0, choicesShown).join(', ');
    const more = offered.length - choicesShown;
    refuse(name, {
      en: `is ${String(value)}, which the cluster does not offer: ${shown === '' ? 'there is none' : `choose ${shown}${more > 0 ? ` and ${more} more` : ''}`}`,
      ru: `равен ${String(value)}, а кластер такого не предлагает: ${shown === '' ? 'выбрать не из чего' : `выберите ${shown}${more > 0 ? ` и ещё ${more}` : ''}`}`,
    });
  }
}

function refuse(name: string, what: Words): never {
  throw new Refusal('BadParameter', {en: `parameter ${name} ${what.en}`, ru: `параметр ${name} ${what.ru}`}, name);
}
