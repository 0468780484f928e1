/** What is filled into admission policies and their bindings. */
import {type Fields, isFields} from '../../../domain/fields.ts';

export const policyGroup = 'admissionregistration.k8s.io';

export function defaultPolicySpec(spec: Fields): Fields {
  const constraints = isFields(spec.matchConstraints) ? {matchConstraints: defaultMatchResources(spec.matchConstraints)} : {};
  return {failurePolicy: 'Fail', ...spec, ...constraints};
}

export function defaultBindingSpec(spec: Fields): Fields {
  return isFields(spec.matchResources) ? {...spec, matchResources: defaultMatchResources(spec.matchResources)} : spec;
}

function defaultMatchResources(resources: Fields): Fields {
  const withScope = (rule: unknown) => (isFields(rule) ? {scope: '*', ...rule} : rule);
  return {
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    ...resources,
    ...(Array.isArray(resources.resourceRules) && {resourceRules: resources.resourceRules.map(withScope)}),
    ...(Array.isArray(resources.excludeResourceRules) && {excludeResourceRules: resources.excludeResourceRules.map(withScope)}),
  };
}
