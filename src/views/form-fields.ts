/** The fields of a parameter form: what stands in them, and what it means. Pure. */
import type {Fields} from '../domain/fields.ts';
import {isFields} from '../domain/fields.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {ParameterField, RunbookEntry} from '../domain/run-desk.ts';
import {parseDocument} from '../domain/typed-document.ts';
import {openPrompt, type PromptState} from '../ui/prompt.ts';
import type {RunDraft} from './action.ts';
import type {FormPlace} from './navigation.ts';

export type FormField = {
  readonly field: ParameterField;
  readonly prompt: PromptState;
  /** A value that was typed before and is kept out of sight; it counts while nothing else is typed. */
  readonly kept: string | undefined;
  /** Typed out of sight, in place of a Secret's name. */
  readonly isMasked: boolean;
  /** Chosen by a key: what is typed next takes its place. */
  readonly isPicked?: boolean;
  readonly error: Phrase | undefined;
};

export type Typed = {readonly value: unknown} | {readonly error: Phrase};

export const targetName = 'target';

/** The target first, where it is not known already or may be another. */
export function openFields(entry: RunbookEntry, draft: RunDraft, texts: Readonly<Record<string, string>>): readonly FormField[] {
  const target: ParameterField = {
    name: targetName,
    type: 'string',
    words: targetWords(entry),
    isRequired: true,
    hasChoices: !entry.isNew && entry.target !== undefined,
    isClosed: false,
  };
  const given: Fields = {...draft.parameters, ...(draft.targets[0] === undefined ? {} : {target: draft.targets[0]})};
  const fields = draft.targets.length > 1 ? entry.parameters : [target, ...entry.parameters];
  return fields.map(field => {
    const value = given[field.name];
    const kept = field.type === 'secret' && typeof value === 'string' && value.startsWith('masked:') ? value : undefined;
    const text = texts[field.name] ?? (kept === undefined ? textOf(value ?? field.default) : '');
    return {field, prompt: openPrompt([], text), kept, isMasked: field.type === 'secret' && text === '', error: undefined};
  });
}

/** What is still missing; else the first that may well be changed, which a target that came with the action is not. */
export function firstField(fields: readonly FormField[], {focus, draft}: FormPlace): number {
  const isWanted = ({field, prompt, kept}: FormField): boolean =>
    focus === undefined ? field.isRequired && prompt.text === '' && kept === undefined : field.name === focus;
  const found = fields.findIndex(isWanted);
  const isTargetGiven = draft.targets.length === 1 && fields.length > 1;
  return found >= 0 ? found : isTargetGiven ? 1 : 0;
}

/** Everything but secrets, to come back to. */
export function textsOf(fields: readonly FormField[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.filter(({isMasked}) => !isMasked).map(({field, prompt}) => [field.name, prompt.text]));
}

/** undefined stands for a field that is left out. A masked value is handed to `keep`, which answers what stands for it. */
export function readField({field, prompt, kept, isMasked}: FormField, keep: (name: string, value: string) => string): Typed {
  const {text} = prompt;
  if (isMasked && text !== '') return {value: keep(field.name, text)};
  if (text.trim() === '') {
    if (kept !== undefined) return {value: kept};
    return field.isRequired ? {error: phrase('form.missing')} : {value: undefined};
  }
  switch (field.type) {
    case 'string':
      return {value: text.trim()};
    case 'integer':
      return /^\s*-?\d+\s*$/.test(text) ? {value: Number(text)} : {error: phrase('form.notInteger')};
    case 'boolean':
      return text === 'true' || text === 'false' ? {value: text === 'true'} : {error: phrase('form.notBoolean')};
    case 'secret':
      return /^[^/\s]+\/[^/\s]+\/[^/\s]+$/.test(text) ? {value: text} : {error: phrase('form.notSecretName')};
    case 'fields':
    case 'list':
      return readDocument(field.type, text);
  }
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readDocument(type: 'fields' | 'list', text: string): Typed {
  const parsed = parseDocument(text);
  if ('error' in parsed) return {error: phrase('form.notDocument', parsed.error)};
  if (type === 'fields') return isFields(parsed.value) ? {value: parsed.value} : {error: phrase('form.notFields')};
  return Array.isArray(parsed.value) ? {value: parsed.value} : {error: phrase('form.notList')};
}

function targetWords({target, isNew}: RunbookEntry): ParameterField['words'] {
  if (target === undefined) return {en: 'resource.group/[namespace/]name', ru: 'resource.group/[namespace/]name'};
  const name = target.isNamespaced ? 'namespace/name' : 'name';
  return isNew
    ? {en: `${name} of the new ${target.kind}`, ru: `${name} нового ${target.kind}`}
    : {en: `${name} of the ${target.kind}`, ru: `${name} объекта ${target.kind}`};
}
