/** The refusal of an apply that would change what others own. */
import {ApiFault} from './api-fault.ts';
import type {Conflicts} from './fields/apply-config.ts';
import {paths} from './fields/field-set.ts';
import {showPath} from './fields/fields-v1.ts';
import type {Manager, Managers} from './fields/managers.ts';

export function conflictFault(conflicts: Conflicts, managers: Managers): ApiFault {
  const byManager = [...conflicts].map(([identity, fields]) => ({
    name: describe(managers.get(identity)),
    fields: paths(fields).map(showPath),
  }));
  const causes = byManager.flatMap(({name, fields}) =>
    fields.map(field => ({reason: 'FieldManagerConflict', message: `conflict with ${name}`, field})),
  );
  const [only] = causes;
  const message =
    causes.length === 1 && only !== undefined
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${byManager.map(({name, fields}) => [`conflicts with ${name}:`, ...fields.map(field => `- ${field}`)].join('\n')).join('\n')}`;
  return new ApiFault(409, 'Conflict', message, {causes});
}

function describe(manager: Manager | undefined): string {
  if (manager === undefined) return '""';
  const {name, subresource, operation, apiVersion} = manager;
  const place = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(name)}${place}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
