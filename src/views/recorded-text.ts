/** What a record says, in the language that is spoken: a sentence that stands there in English alone is told by its reason. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {RunCondition} from '../domain/run.ts';
import {toldPhrase} from './run-look.ts';

const known = [
  'end.Forbidden',
  'end.RequesterUnproved',
  'end.TargetBusy',
  'end.NothingToDo',
  'end.PlanChanged',
  'end.TargetGone',
  'end.TargetReplaced',
  'end.NoLease',
  'end.Rejected',
  'end.DefinitionChanged',
] as const;

type Said = Pick<RunCondition, 'message' | 'messageRu'>;

export function messagePhrase({message, messageRu}: Said): Phrase {
  return toldPhrase(message, messageRu === undefined ? undefined : {en: message, ru: messageRu});
}

export function recordedPhrase(said: Said & {readonly reason: string}): Phrase {
  const {reason, message, messageRu} = said;
  const name = known.find(each => each === `end.${reason}`);
  if (message === '') return phrase('text', reason);
  if (messageRu !== undefined) return messagePhrase(said);
  return name === undefined ? phrase('text', message) : phrase(name, message);
}
