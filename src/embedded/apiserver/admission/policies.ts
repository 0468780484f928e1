/** The policies that are bound to a request, in the order of their names, with what their conditions say. */
import {type Fields, isFields, readFields, readList, readString} from '../../../domain/fields.ts';
import type {ServerState} from '../server-state.ts';
import {isAbout} from './match.ts';
import {policyGroup} from './policy-defaults.ts';
import {PolicyFault, PolicyProgram} from './policy-program.ts';
import type {PolicyRequest} from './policy-request.ts';

export type BoundPolicy = {
  readonly policy: string;
  readonly binding: string;
  readonly spec: Fields;
  readonly bindingSpec: Fields;
};

/** Of the kind `validatingadmissionpolicies` or `mutatingadmissionpolicies`. */
export function* policiesFor(state: ServerState, kind: 'validating' | 'mutating', request: PolicyRequest): Generator<BoundPolicy> {
  const {group} = request.served.type;
  if (group === policyGroup || group === 'authorization.k8s.io' || group === 'authentication.k8s.io') return;
  for (const policy of state.storage.scan(`${kind}admissionpolicies.${policyGroup}`, '')) {
    const spec = readFields(policy, 'spec');
    if (!isAbout(readFields(spec, 'matchConstraints'), request, state)) continue;
    for (const binding of state.storage.scan(`${kind}admissionpolicybindings.${policyGroup}`, '')) {
      const bindingSpec = readFields(binding, 'spec');
      if (bindingSpec.policyName !== policy.metadata.name) continue;
      if (!isAbout(readFields(bindingSpec, 'matchResources'), request, state)) continue;
      yield {policy: policy.metadata.name, binding: binding.metadata.name, spec, bindingSpec};
    }
  }
}

export function isIgnoring({spec}: BoundPolicy): boolean {
  return spec.failurePolicy === 'Ignore';
}

/** Throws a PolicyFault where a condition has no answer and none says no. */
export function meetsConditions({spec}: BoundPolicy, program: PolicyProgram): boolean {
  const faults: PolicyFault[] = [];
  for (const condition of readList(spec, 'matchConditions')) {
    try {
      if (program.run((readString(condition, 'expression') ?? '').trim()) === false) return false;
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error;
      faults.push(error);
    }
  }
  const [first] = faults;
  if (first === undefined) return true;
  throw faults.length === 1 ? first : new PolicyFault(`[${faults.map(({message}) => message).join(', ')}]`);
}

export function programOf(state: ServerState, {spec}: BoundPolicy, request: PolicyRequest): PolicyProgram {
  return new PolicyProgram(state, isFields(spec) ? spec : {}, request);
}
