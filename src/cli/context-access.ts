/** What may be done in a context: the flag binds all of them, the config file single ones. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Config} from './config-file.ts';

export type ContextAccess = {
  /** Why nothing may be changed; undefined where it may. */
  readonly readOnly: Phrase | undefined;
  readonly isProtected: boolean;
};

export function accessTo(context: string, isReadOnlyFlag: boolean, {file, contexts}: Config): ContextAccess {
  const rules = contexts.get(context);
  const byConfig = rules?.isReadOnly === true ? phrase('gate.config', context, file) : undefined;
  return {readOnly: isReadOnlyFlag ? phrase('gate.flag') : byConfig, isProtected: rules?.isProtected === true};
}
