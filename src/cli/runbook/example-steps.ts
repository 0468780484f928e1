/** The steps of a runbook before anybody has named a target: with shell variables where parameters will stand. */
import type {Fields} from '../../domain/fields.ts';
import type {KindRef} from '../../domain/object-ref.ts';
import type {ParameterDefinition} from '../../engine/define-parameter.ts';
import {kindOf, type Runbook} from '../../engine/define-runbook.ts';
import type {Step} from '../../engine/define-step.ts';

const anyKind: KindRef = {group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', isNamespaced: true};

export function exampleSteps({target, parameters, exampleFacts = {}, steps}: Runbook): readonly Step[] {
  const kind = target.kind === 'any' ? anyKind : kindOf(target, target.versions[0] ?? 'v1');
  const namespace = kind.isNamespaced ? {namespace: '$NAMESPACE'} : {};
  const given: Fields = Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, exampleValue(name, each)]));
  return steps({
    parameters: {...given, target: '$TARGET'},
    target: {ref: {kind, ...namespace, name: '$TARGET'}, uid: ''},
    facts: exampleFacts,
  });
}

function exampleValue(name: string, definition: ParameterDefinition): unknown {
  if ('default' in definition && definition.default !== undefined) return definition.default;
  switch (definition.type) {
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'fields':
      return {};
    case 'list':
      return [];
    case 'string':
    case 'secret':
      return `$${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`;
  }
}
