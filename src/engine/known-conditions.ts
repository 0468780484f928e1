/** Conditions of a run that say the same at each of their places. */
import type {WantedCondition} from './conditions.ts';

export const definitionMatched: WantedCondition = {
  type: 'DefinitionMatched',
  status: 'True',
  reason: 'SameDefinition',
  message: {en: 'this deckhand makes the steps that were planned', ru: 'этот deckhand делает те шаги, что в плане'},
};

export const progressingNoMore: WantedCondition = {
  type: 'Progressing',
  status: 'False',
  reason: 'Finished',
  message: {en: 'it has ended', ru: 'запуск завершён'},
};
