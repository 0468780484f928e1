/** Admission of one call's writes: mutating policies before an object is checked, validating ones before it is stored. */
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {ApiCall} from '../api-call.ts';
import type {Draft} from '../api-object.ts';
import {toServedVersion} from '../object-version.ts';
import type {Target} from '../request-target.ts';
import type {ServedType} from '../resource-registry.ts';
import type {ServerState} from '../server-state.ts';
import {mutateByPolicies} from './mutating.ts';
import {policyGroup} from './policy-defaults.ts';
import type {Operation, PolicyRequest} from './policy-request.ts';
import {validateByPolicies} from './validating.ts';

export class CallAdmission {
  readonly #state: ServerState;
  readonly #call: ApiCall;
  readonly #subresource: string;
  readonly #warnings: string[] = [];

  constructor(state: ServerState, {subresource}: Target, call: ApiCall) {
    this.#state = state;
    this.#call = call;
    this.#subresource = subresource ?? '';
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  mutate(served: ServedType, draft: Draft, old?: KubeObject): Draft {
    const request = this.#request(served, old === undefined ? 'CREATE' : 'UPDATE', draft, old);
    return mutateByPolicies(this.#state, request, draft);
  }

  /** Throws where a policy denies the write; `object` is undefined when it is to be deleted. */
  validate(served: ServedType, object: Draft | KubeObject | undefined, old?: KubeObject): void {
    const operation = object === undefined ? 'DELETE' : old === undefined ? 'CREATE' : 'UPDATE';
    this.#warnings.push(...validateByPolicies(this.#state, this.#request(served, operation, object, old)));
  }

  #request(served: ServedType, operation: Operation, object: PolicyRequest['object'], old: KubeObject | undefined): PolicyRequest {
    const {metadata} = object ?? old ?? {metadata: {}};
    return {
      operation,
      served,
      subresource: this.#subresource,
      name: metadata.name ?? '',
      namespace: metadata.namespace ?? '',
      user: this.#call.user,
      isDryRun: this.#call.query.has('dryRun'),
      object,
      oldObject: old === undefined ? undefined : toServedVersion(served, old),
    };
  }
}

/** undefined where no policy could have a say. */
export function admissionOf(state: ServerState, target: Target, call: ApiCall): CallAdmission | undefined {
  const hasPolicies = ['validating', 'mutating'].some(kind => state.storage.count(`${kind}admissionpolicies.${policyGroup}`) > 0);
  return hasPolicies && call.method !== 'GET' ? new CallAdmission(state, target, call) : undefined;
}
