/** The query parameters of POST, PUT and PATCH: dry run, field manager, field validation. */
import {type ApiCall, isTrue} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {type FieldError, forbidden, invalid, notSupported, required, tooLong} from './schema/field-error.ts';

export type WriteOptions = {
  readonly isDryRun: boolean;
  /** '' where the client names none. */
  readonly fieldManager: string;
  readonly fieldValidation: 'Ignore' | 'Strict' | 'Warn';
  /** An apply takes fields over from other managers. */
  readonly isForced: boolean;
};

type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions';

const MANAGER_BYTES_MAX = 128;
const validations = ['Ignore', 'Strict', 'Warn'] as const;

export function readWriteOptions({query}: ApiCall, kind: OptionsKind, isApply = false): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const asked = query.get('fieldValidation') ?? '';
  const fieldValidation = validations.find(validation => validation === asked);
  refuse(kind, [
    ...(isApply && fieldManager === '' ? [required('fieldManager', 'is required for apply patch')] : []),
    ...(kind === 'PatchOptions' && !isApply && query.has('force') ? [forbidden('force', 'may not be specified for non-apply patch')] : []),
    ...managerFaults(fieldManager),
    ...dryRunFaults(dryRun),
    ...(asked === '' || fieldValidation !== undefined ? [] : [notSupported('fieldValidation', asked, ['', ...validations])]),
  ]);
  return {
    isDryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation ?? 'Warn',
    isForced: isTrue(query.get('force')),
  };
}

/** True where the values of `dryRun` ask for one. */
export function readDryRun(values: readonly unknown[], kind: OptionsKind): boolean {
  refuse(kind, dryRunFaults(values));
  return values.length > 0;
}

function dryRunFaults(values: readonly unknown[]): readonly FieldError[] {
  return values.every(value => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])];
}

function managerFaults(manager: string): readonly FieldError[] {
  const faults = Buffer.byteLength(manager) > MANAGER_BYTES_MAX ? [tooLong('fieldManager', MANAGER_BYTES_MAX)] : [];
  for (const {index, 0: character} of manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const at = Buffer.byteLength(manager.slice(0, index));
    faults.push(invalid('fieldManager', manager, `invalid character U+${code} (at position ${at})`));
  }
  return faults;
}

function refuse(kind: OptionsKind, faults: readonly FieldError[]): void {
  if (faults.length > 0) throw ApiFault.invalid({kind, group: 'meta.k8s.io'}, '', faults);
}
