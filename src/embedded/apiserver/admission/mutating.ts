/** MutatingAdmissionPolicy: JSON patches that a policy makes for an object on its way in. */
import {applyPatch, type Operation} from 'rfc6902';
import {type Fields, isFields, readList, readString} from '../../../domain/fields.ts';
import {ApiFault, detailsOf} from '../api-fault.ts';
import {type Draft, readDraft} from '../api-object.ts';
import type {ServerState} from '../server-state.ts';
import {type BoundPolicy, isIgnoring, meetsConditions, policiesFor, programOf} from './policies.ts';
import {fromCelValue, PolicyFault} from './policy-program.ts';
import type {PolicyRequest} from './policy-request.ts';

/** The draft as the policies leave it; the same where none had anything to change. */
export function mutateByPolicies(state: ServerState, request: PolicyRequest, draft: Draft): Draft {
  let current = draft;
  for (const bound of policiesFor(state, 'mutating', {...request, object: draft})) {
    try {
      current = mutate(state, bound, request, current);
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error;
      if (!isIgnoring(bound)) throw refusalOf(bound, error, request);
    }
  }
  return current;
}

function mutate(state: ServerState, bound: BoundPolicy, request: PolicyRequest, draft: Draft): Draft {
  if (!meetsConditions(bound, programOf(state, bound, {...request, object: draft}))) return draft;
  let current = draft;
  for (const mutation of readList(bound.spec, 'mutations')) {
    const source = (readString(mutation, 'jsonPatch.expression') ?? '').trim();
    const patch = fromCelValue(programOf(state, bound, {...request, object: current}).run(source));
    current = patched(current, Array.isArray(patch) ? patch.filter(isFields) : [], request);
  }
  return current;
}

/** A patch whose `test` fails is left out. */
function patched(draft: Draft, patch: readonly Fields[], {served}: PolicyRequest): Draft {
  if (patch.length === 0) return draft;
  const copy = structuredClone(draft);
  const faults = applyPatch(copy, patch.map(toOperation)).filter(fault => fault !== null);
  if (faults.some(({name}) => name === 'TestError')) return draft;
  const [fault] = faults;
  if (fault !== undefined) throw new PolicyFault(`JSON Patch: ${fault.message}`);
  return readDraft(copy, served.type.kind, served.type.version);
}

/** Of whatever shape: the library answers an unknown op or a missing value with a fault of its own. */
function toOperation(fields: Fields): Operation {
  return fields as unknown as Operation;
}

/** kube-apiserver answers with the code of one reason and the word of another. */
function refusalOf({policy, binding}: BoundPolicy, fault: PolicyFault, {served, name}: PolicyRequest): ApiFault {
  const message = `policy '${policy}' with binding '${binding}' denied request: ${fault.message}`;
  return new ApiFault(403, 'Invalid', message, {...detailsOf(served.type, name), causes: [{message}]});
}
