/** Checks what was given against a runbook's parameters before anything is looked at. Every complaint names the parameter and the fix. */
import {type Fields, isFields} from '../domain/fields.ts';
import type {ParameterDefinition} from './define-parameter.ts';
import {Refusal, type Runbook} from './define-runbook.ts';
import type {Reader} from './reader.ts';

export type CheckedParameters = Fields & {readonly target: string};

/** As the CRD bounds it: what is larger belongs into an object of its own. */
export const parametersBytesMax = 32_768;
const choicesShown = 8;

export function checkParameters(runbook: Runbook, given: Fields): CheckedParameters {
  const bytes = new TextEncoder().encode(JSON.stringify(given)).length;
  if (bytes > parametersBytesMax) refuse('parameters', `are ${bytes} bytes; at most ${parametersBytesMax} are taken`);
  const {target, ...rest} = given;
  if (typeof target !== 'string' || target === '') refuse('target', 'is missing: name the object to act on');
  if (target.length > 512) refuse('target', 'is longer than 512 characters');
  const known = Object.keys(runbook.parameters);
  const strange = Object.keys(rest).find(name => !known.includes(name));
  if (strange !== undefined) refuse(strange, `is not a parameter of ${runbook.name}: it takes ${['target', ...known].join(', ')}`);
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
    if (definition.isRequired === true) refuse(name, `is missing: ${definition.words.en}`);
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
  if (typeof value !== 'string') refuse(name, 'must be a string');
  if (value.length > lengthMax) refuse(name, `is longer than ${lengthMax} characters`);
  if (pattern !== undefined && !pattern.test(value)) refuse(name, `must match ${pattern.source}`);
  return value;
}

/** A command line brings numbers as text. */
function checkInteger(name: string, {min, max}: Extract<ParameterDefinition, {type: 'integer'}>, value: unknown): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) refuse(name, 'must be a whole number');
  if (min !== undefined && number < min) refuse(name, `must be at least ${min}`);
  if (max !== undefined && number > max) refuse(name, `must be at most ${max}`);
  return number;
}

function checkBoolean(name: string, value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return refuse(name, 'must be true or false');
}

function checkFields(name: string, value: unknown): Fields {
  const parsed = typeof value === 'string' ? parseJson(name, value) : value;
  return isFields(parsed) ? parsed : refuse(name, 'must be an object, as JSON');
}

function checkList(name: string, value: unknown): readonly unknown[] {
  const parsed = typeof value === 'string' ? parseJson(name, value) : value;
  return Array.isArray(parsed) ? parsed : refuse(name, 'must be a list, as JSON');
}

function checkSecret(name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^(?:[^/\s]+\/[^/\s]+\/[^/\s]+|masked:[\w-]+)$/.test(value)) {
    refuse(name, 'must name a key of a Secret as namespace/name/key: the value itself is never a parameter');
  }
  return value;
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(name, 'is not valid JSON');
  }
}

/** Compares closed parameters with what the cluster offers now. */
export async function checkChoices(runbook: Runbook, reader: Reader, given: CheckedParameters): Promise<void> {
  for (const [name, {choices, isClosed}] of Object.entries(runbook.parameters)) {
    const value = given[name];
    if (choices === undefined || isClosed !== true || value === undefined) continue;
    const offered = await choices(reader, given);
    if (offered.includes(String(value))) continue;
    const shown =
      offered.slice(0, choicesShown).join(', ') + (offered.length > choicesShown ? ` and ${offered.length - choicesShown} more` : '');
    refuse(name, `is ${String(value)}, which the cluster does not offer: ${shown === '' ? 'there is none' : `choose ${shown}`}`);
  }
}

function refuse(name: string, what: string): never {
  throw new Refusal('BadParameter', `parameter ${name} ${what}`);
}
