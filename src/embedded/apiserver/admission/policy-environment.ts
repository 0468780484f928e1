/** The CEL of admission policies: their variables with types for the check, and without for the run. */
import type {Environment} from '@marcbachmann/cel-js';
import {newEnvironment} from '../cel/environment.ts';
import {declareHas, outsideTexts} from '../cel/expression.ts';

export type PolicyVariable = {readonly name: string; readonly type: string};

/** `isPatch`: the expression makes JSON patches, whose maps hold values of several types. */
export function checkedPolicyEnvironment(variables: readonly PolicyVariable[], {isPatch = false} = {}): Environment {
  const environment = newEnvironment({isChecked: !isPatch});
  declareHas(environment);
  for (const [name, fields] of Object.entries(requestTypes)) environment.registerType(name, {fields});
  environment.registerType('variables', {fields: Object.fromEntries(variables.map(({name, type}) => [name, type]))});
  return environment
    .registerVariable('object', 'dyn')
    .registerVariable('oldObject', 'dyn')
    .registerVariable('namespaceObject', 'dyn')
    .registerVariable('request', 'kubernetes.AdmissionRequest')
    .registerVariable('variables', 'variables');
}

export function policyRunEnvironment(): Environment {
  const environment = newEnvironment({isChecked: false});
  for (const name of ['object', 'oldObject', 'namespaceObject', 'request', 'variables']) environment.registerVariable(name, 'dyn');
  return environment;
}

const requestTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kubernetes.GroupVersionKind': {group: 'string', version: 'string', kind: 'string'},
  'kubernetes.GroupVersionResource': {group: 'string', version: 'string', resource: 'string'},
  'kubernetes.UserInfo': {username: 'string', uid: 'string', groups: 'list<string>', extra: 'map<string, list<string>>'},
  'kubernetes.AdmissionRequest': {
    kind: 'kubernetes.GroupVersionKind',
    resource: 'kubernetes.GroupVersionResource',
    subResource: 'string',
    requestKind: 'kubernetes.GroupVersionKind',
    requestResource: 'kubernetes.GroupVersionResource',
    requestSubResource: 'string',
    name: 'string',
    namespace: 'string',
    operation: 'string',
    userInfo: 'kubernetes.UserInfo',
    dryRun: 'bool',
    options: 'dyn',
  },
};

/** `JSONPatch{op: …}` as the map that it stands for: the library knows no literals of messages. */
export function withPlainPatches(source: string): string {
  return outsideTexts(source, code => code.replace(/\bJSONPatch\s*\{/g, '{').replace(/([{,]\s*)(op|path|from|value)(\s*:)/g, '$1"$2"$3'));
}
