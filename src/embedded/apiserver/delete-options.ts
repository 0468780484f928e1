/** DeleteOptions from the body and the query of a DELETE. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {ApiCall} from './api-call.ts';
import {isTrue} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {readBody} from './request-body.ts';
import {notSupported} from './schema/field-error.ts';
import {readDryRun} from './write-options.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export type DeleteOptions = {
  readonly propagation?: Propagation | undefined;
  readonly graceSeconds?: number | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly isDryRun?: boolean;
};

export function readDeleteOptions(call: ApiCall): DeleteOptions {
  const body = call.body.length === 0 ? undefined : readBody(call, 'DeleteOptions');
  return deleteOptionsOf(isFields(body) ? body : queryOptions(call.query));
}

export function deleteOptionsOf(options: Fields): DeleteOptions {
  const preconditions = isFields(options.preconditions) ? options.preconditions : {};
  return {
    propagation: readPropagation(options.propagationPolicy, options.orphanDependents),
    graceSeconds: readGrace(options.gracePeriodSeconds),
    uid: typeof preconditions.uid === 'string' ? preconditions.uid : undefined,
    resourceVersion: typeof preconditions.resourceVersion === 'string' ? preconditions.resourceVersion : undefined,
    isDryRun: readDryRun(Array.isArray(options.dryRun) ? options.dryRun : [], 'DeleteOptions'),
  };
}

/** Heard only where there is no body. */
function queryOptions(query: URLSearchParams): Fields {
  const names = ['propagationPolicy', 'orphanDependents', 'gracePeriodSeconds'];
  return {...Object.fromEntries(names.map(name => [name, query.get(name)])), dryRun: query.getAll('dryRun')};
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
