/** What a record says of an end stands there in English; what it is about is said in the language that is spoken. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';

const known = [
  'end.Forbidden',
  'end.RequesterUnproved',
  'end.TargetBusy',
  'end.NothingToDo',
  'end.PlanChanged',
  'end.GateNotPassed',
  'end.TargetGone',
  'end.TargetReplaced',
  'end.NoLease',
  'end.Rejected',
  'end.DefinitionChanged',
] as const;

export function recordedPhrase(reason: string, message: string): Phrase {
  const name = known.find(each => each === `end.${reason}`);
  if (message === '') return phrase('text', reason);
  return name === undefined ? phrase('text', message) : phrase(name, message);
}
