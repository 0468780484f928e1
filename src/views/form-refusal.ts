/** Where a refusal of the plan belongs in the form: beside the field that it is about. Pure. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Refused, RunbookEntry} from '../domain/run-desk.ts';
import {type FormField, targetName} from './form-fields.ts';

/** -1 where it is about none of them. */
export function refusedField(entry: RunbookEntry | undefined, fields: readonly FormField[], {message, parameter}: Refused): number {
  const kind = entry?.target?.kind;
  const isTargetGone = kind !== undefined && message.startsWith(`there is no ${kind} `);
  const wanted = parameter ?? (isTargetGone ? targetName : undefined);
  return fields.findIndex(({field}) => field.name === wanted);
}

/** Beside the field its name need not be said again. */
export function besideField({message, parameter}: Refused, said: string): Phrase {
  const isNamed = parameter !== undefined && message.startsWith(`parameter ${parameter} `);
  return phrase('text', isNamed ? said.replace(/^\S+ \S+ /, '') : said);
}
