/** ValidatingAdmissionPolicy: a write that breaks a validation is refused, or warned of, as the binding says. */
import {isFields, readList, readString} from '../../../domain/fields.ts';
import {ApiFault, detailsOf} from '../api-fault.ts';
import type {ServerState} from '../server-state.ts';
import {type BoundPolicy, isIgnoring, meetsConditions, policiesFor, programOf} from './policies.ts';
import {PolicyFault, type PolicyProgram} from './policy-program.ts';
import type {PolicyRequest} from './policy-request.ts';

type Denial = {readonly message: string; readonly reason: string};

const codes: Readonly<Record<string, number>> = {Forbidden: 403, RequestEntityTooLarge: 413};
const MESSAGE_BYTES_MAX = 5 * 1024;

/** Answers with the warnings; throws where a policy denies. */
export function validateByPolicies(state: ServerState, request: PolicyRequest): readonly string[] {
  const warnings: string[] = [];
  let refusal: ApiFault | undefined;
  for (const bound of policiesFor(state, 'validating', request)) {
    const actions = readList(bound.bindingSpec, 'validationActions');
    for (const denial of denialsOf(state, bound, request)) {
      if (actions.includes('Deny')) refusal ??= refusalOf(bound, denial, request);
      if (actions.includes('Warn')) warnings.push(warningOf(bound, denial));
    }
  }
  if (refusal !== undefined) throw refusal;
  return warnings;
}

function denialsOf(state: ServerState, bound: BoundPolicy, request: PolicyRequest): readonly Denial[] {
  const program = programOf(state, bound, request);
  try {
    if (!meetsConditions(bound, program)) return [];
  } catch (error) {
    return failed(error, bound);
  }
  return readList(bound.spec, 'validations')
    .filter(isFields)
    .flatMap(validation => {
      try {
        const source = readString(validation, 'expression') ?? '';
        if (program.run(source) === true) return [];
        const message =
          messageOf(validation, program) || (readString(validation, 'message') ?? '').trim() || `failed expression: ${source.trim()}`;
        return [{message, reason: readString(validation, 'reason') ?? 'Invalid'}];
      } catch (error) {
        return failed(error, bound);
      }
    });
}

function failed(error: unknown, bound: BoundPolicy): readonly Denial[] {
  if (!(error instanceof PolicyFault)) throw error;
  return isIgnoring(bound) ? [] : [{message: error.message, reason: 'Invalid'}];
}

/** "" where the expression gives no one line of text. */
function messageOf(validation: unknown, program: PolicyProgram): string {
  const source = readString(validation, 'messageExpression') ?? '';
  if (source === '') return '';
  try {
    const said = program.run(source);
    const text = typeof said === 'string' ? said.trim() : '';
    return text.includes('\n') || Buffer.byteLength(text) > MESSAGE_BYTES_MAX ? '' : text;
  } catch (error) {
    if (error instanceof PolicyFault) return '';
    throw error;
  }
}

function refusalOf({policy, binding}: BoundPolicy, {message, reason}: Denial, {served, name}: PolicyRequest): ApiFault {
  const why = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${message}`;
  const {body} = ApiFault.forbidden(served.type, name, why);
  return new ApiFault(codes[reason] ?? 422, reason, body.message ?? why, {...detailsOf(served.type, name), causes: [{message: why}]});
}

function warningOf({policy, binding}: BoundPolicy, {message}: Denial): string {
  return `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`;
}
