/** DeleteOptions from the body and the query of a DELETE. */
import {isFields} from '../../domain/fields.ts';
import type {ApiCall} from './api-call.ts';
import {isTrue} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {readBody} from './request-body.ts';
import {notSupported} from './schema/field-error.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export type DeleteOptions = {
  readonly propagation?: Propagation | undefined;
  readonly graceSeconds?: number | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
};

export function readDeleteOptions(call: ApiCall): DeleteOptions {
  const body = call.body.length === 0 ? undefined : readBody(call, 'DeleteOptions');
  const options = isFields(body) ? body : {};
  const preconditions = isFields(options.preconditions) ? options.preconditions : {};
  if (Array.isArray(options.dryRun) && options.dryRun.length > 0) throw dryRunRefused();
  return {
    propagation: readPropagation(
      options.propagationPolicy ?? call.query.get('propagationPolicy'),
      options.orphanDependents ?? call.query.get('orphanDependents'),
    ),
    graceSeconds: readGrace(options.gracePeriodSeconds ?? call.query.get('gracePeriodSeconds')),
    uid: typeof preconditions.uid === 'string' ? preconditions.uid : undefined,
    resourceVersion: typeof preconditions.resourceVersion === 'string' ? preconditions.resourceVersion : undefined,
  };
}

export function dryRunRefused(): ApiFault {
  return ApiFault.badRequest('dry run is not offered by the embedded API server: nothing was done');
}

function readPropagation(policy: unknown, orphan: unknown): Propagation | undefined {
  switch (policy) {
    case undefined:
    case null:
    case '':
      return orphan === true || (typeof orphan === 'string' && isTrue(orphan)) ? 'Orphan' : undefined;
    case 'Background':
    case 'Foreground':
    case 'Orphan':
      return policy;
    default: {
      const fault = notSupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']);
      throw ApiFault.invalid({kind: 'DeleteOptions', group: 'meta.k8s.io'}, '', [fault]);
    }
  }
}

/** A negative period means one second. */
function readGrace(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) return undefined;
  return seconds < 0 ? 1 : seconds;
}
