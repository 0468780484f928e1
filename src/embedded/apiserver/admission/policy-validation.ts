/** Faults of admission policies and their bindings: an expression that does not compile keeps its policy out. */
import type {Environment} from '@marcbachmann/cel-js';
import {type Fields, isFields, readFields, readList, readString} from '../../../domain/fields.ts';
import {CompileFault, checkExpression} from '../cel/expression.ts';
import {type FieldError, invalid, notSupported, required} from '../schema/field-error.ts';
import {checkedPolicyEnvironment, type PolicyVariable, withPlainPatches} from './policy-environment.ts';

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const actions = ['Audit', 'Deny', 'Warn'];

export function validatingPolicyFaults(spec: Fields): readonly FieldError[] {
  const {faults, variables} = commonFaults(spec);
  const environment = checkedPolicyEnvironment(variables);
  const validations = readList(spec, 'validations').filter(isFields);
  if (validations.length === 0 && readList(spec, 'auditAnnotations').length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    return [...faults, required('spec.validations', why), required('spec.auditAnnotations', why)];
  }
  return [
    ...faults,
    ...validations.flatMap((validation, index) => validationFaults(validation, `spec.validations[${index}]`, environment)),
  ];
}

export function mutatingPolicyFaults(spec: Fields): readonly FieldError[] {
  const {faults, variables} = commonFaults(spec);
  const environment = checkedPolicyEnvironment(variables, {isPatch: true});
  const mutations = readList(spec, 'mutations');
  const operations = readList(spec, 'matchConstraints.resourceRules').flatMap(rule => readList(rule, 'operations'));
  const wrong = operations.filter(operation => operation !== 'CREATE' && operation !== 'UPDATE' && operation !== '*');
  return [
    ...faults,
    ...wrong.map(operation => notSupported('spec.matchConstraints.resourceRules.operations', operation, ['*', 'CREATE', 'UPDATE'])),
    ...(mutations.length === 0 ? [required('spec.mutations', 'mutations must contain at least one item')] : []),
    ...mutations.flatMap((mutation, index) => mutationFaults(mutation, `spec.mutations[${index}]`, environment)),
    ...reinvocationFaults(readString(spec, 'reinvocationPolicy') ?? ''),
  ];
}

export function bindingFaults(spec: Fields, isValidating: boolean): readonly FieldError[] {
  const given = readList(spec, 'validationActions');
  const faults = [
    ...((readString(spec, 'policyName') ?? '') === '' ? [required('spec.policyName')] : []),
    ...paramFaults(spec, 'paramRef'),
  ];
  if (!isValidating) return faults;
  const unknown = given.flatMap((action, index) =>
    typeof action === 'string' && actions.includes(action) ? [] : [notSupported(`spec.validationActions[${index}]`, action, actions)],
  );
  const isLoud = given.includes('Deny') && given.includes('Warn');
  const why =
    'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
  return [
    ...faults,
    ...unknown,
    ...(isLoud ? [invalid('spec.validationActions', given, why)] : []),
    ...(given.length === 0 ? [required('spec.validationActions', 'at least one validation action is required')] : []),
  ];
}

type Common = {readonly faults: readonly FieldError[]; readonly variables: readonly PolicyVariable[]};

function commonFaults(spec: Fields): Common {
  const faults: FieldError[] = [];
  const {failurePolicy} = spec;
  if (failurePolicy !== 'Fail' && failurePolicy !== 'Ignore')
    faults.push(notSupported('spec.failurePolicy', failurePolicy, ['Fail', 'Ignore']));
  if (!isFields(spec.matchConstraints)) faults.push(required('spec.matchConstraints'));
  else if (readList(spec, 'matchConstraints.resourceRules').length === 0) faults.push(required('spec.matchConstraints.resourceRules'));
  faults.push(...paramFaults(spec, 'paramKind'));
  const plain = checkedPolicyEnvironment([]);
  for (const [index, condition] of readList(spec, 'matchConditions').entries()) {
    const at = `spec.matchConditions[${index}]`;
    const text = (readString(condition, 'expression') ?? '').trim();
    faults.push(...(text === '' ? [required(`${at}.expression`)] : compileFaults(text, `${at}.expression`, plain, 'bool')));
    if ((readString(condition, 'name') ?? '') === '') faults.push(required(`${at}.name`));
  }
  const variables: PolicyVariable[] = [];
  for (const [index, variable] of readList(spec, 'variables').entries()) {
    const outcome = readVariable(readFields({variable}, 'variable'), `spec.variables[${index}]`, variables);
    if ('type' in outcome) variables.push(outcome);
    else faults.push(...outcome.faults);
  }
  return {faults, variables};
}

/** Each may use those before it. */
function readVariable(variable: Fields, at: string, known: readonly PolicyVariable[]): PolicyVariable | {faults: FieldError[]} {
  const name = readString(variable, 'name') ?? '';
  const text = readString(variable, 'expression') ?? '';
  if (name.trim() === '') return {faults: [required(`${at}.name`, 'name is not specified')]};
  if (!/^[A-Za-z_]\w*$/.test(name)) return {faults: [invalid(`${at}.name`, name, 'must be a valid CEL identifier')]};
  if (text.trim() === '') return {faults: [required(`${at}.expression`, 'expression is not specified')]};
  try {
    return {name, type: checkExpression(text, checkedPolicyEnvironment(known))};
  } catch (error) {
    return {faults: [compileFault(text, `${at}.expression`, error)]};
  }
}

function validationFaults(validation: Fields, at: string, environment: Environment): readonly FieldError[] {
  const expression = readString(validation, 'expression') ?? '';
  const messageExpression = readString(validation, 'messageExpression') ?? '';
  const message = readString(validation, 'message') ?? '';
  const {reason} = validation;
  const faults: FieldError[] = [];
  if (expression.trim() === '') faults.push(required(`${at}.expression`, 'expression is not specified'));
  else faults.push(...compileFaults(expression, `${at}.expression`, environment, 'bool'));
  if (messageExpression !== '' && messageExpression.trim() === '')
    faults.push(invalid(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'));
  else if (messageExpression !== '') faults.push(...compileFaults(messageExpression, `${at}.messageExpression`, environment, 'string'));
  if (message !== '' && message.trim() === '') faults.push(invalid(`${at}.message`, message, 'must be non-empty if specified'));
  else if (message.trim().includes('\n')) faults.push(invalid(`${at}.message`, message, 'must not contain line breaks'));
  if (reason !== undefined && !(typeof reason === 'string' && reasons.includes(reason)))
    faults.push(notSupported(`${at}.reason`, reason, reasons));
  return faults;
}

function mutationFaults(mutation: unknown, at: string, environment: Environment): readonly FieldError[] {
  const patchType = readString(mutation, 'patchType') ?? '';
  if (patchType === '') return [required(`${at}.patchType`)];
  // ApplyConfiguration is a real type of patch that this server does not make.
  if (patchType !== 'JSONPatch') return [notSupported(`${at}.patchType`, patchType, ['JSONPatch'])];
  const text = (readString(mutation, 'jsonPatch.expression') ?? '').trim();
  if (text === '') return [required(`${at}.jsonPatch.expression`)];
  return compileFaults(text, `${at}.jsonPatch.expression`, environment, 'list');
}

function reinvocationFaults(policy: string): readonly FieldError[] {
  if (policy === '') return [required('spec.reinvocationPolicy')];
  if (policy === 'Never' || policy === 'IfNeeded') return [];
  return [notSupported('spec.reinvocationPolicy', policy, ['IfNeeded', 'Never'])];
}

/** Parameters are not offered; a policy that counts on them must not be let in. */
function paramFaults(spec: Fields, field: string): readonly FieldError[] {
  return spec[field] === undefined ? [] : [invalid(`spec.${field}`, spec[field], 'the embedded API server offers no parameters')];
}

function compileFaults(text: string, field: string, environment: Environment, wanted: 'bool' | 'string' | 'list'): readonly FieldError[] {
  try {
    const type = checkExpression(wanted === 'list' ? withPlainPatches(text) : text, environment);
    if (type === wanted || (wanted === 'list' && type.startsWith('list<'))) return [];
    const shown = type.replaceAll('<', '(').replaceAll('>', ')');
    return [invalid(field, text, `must evaluate to ${wanted === 'list' ? 'list(JSONPatch)' : wanted} but got ${shown}`)];
  } catch (error) {
    return [compileFault(text, field, error)];
  }
}

function compileFault(text: string, field: string, error: unknown): FieldError {
  if (error instanceof CompileFault) return invalid(field, text, `compilation failed: ${error.message}`);
  throw error;
}
