/** Definitions as the screens see them: words and fields, no functions. */
import type {ParameterField, RunbookEntry} from '../../domain/run-desk.ts';
import type {ParameterDefinition} from '../../engine/define-parameter.ts';
import type {Runbook} from '../../engine/define-runbook.ts';

export function entryOf({name, version, group, risk, target, parameters, words}: Runbook): RunbookEntry {
  const kind =
    target.kind === 'any'
      ? undefined
      : {group: target.group, plural: target.plural, kind: target.objectKind, isNamespaced: target.isNamespaced};
  return {
    name,
    version,
    group,
    risk,
    target: kind,
    isNew: target.kind === 'object' && target.isNew === true,
    words,
    parameters: Object.entries(parameters).map(([field, definition]) => fieldOf(field, definition)),
  };
}

function fieldOf(name: string, definition: ParameterDefinition): ParameterField {
  const {type, words, isRequired = false, neededFor, choices, isClosed = false} = definition;
  const value = 'default' in definition ? definition.default : undefined;
  return {
    name,
    type,
    words,
    isRequired,
    ...(neededFor === undefined ? {} : {neededFor}),
    hasChoices: choices !== undefined,
    isClosed,
    ...(value === undefined ? {} : {default: value}),
  };
}
