/** The conditions of any object as rows of its page. Nothing is refused: an odd shape is shown as far as it can be read. */
import {type Fields, isFields} from '../fields.ts';
import {parseTime} from './parse-time.ts';

export type ConditionRow = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Epoch milliseconds of the last change; of the last report where no change is told. */
  readonly since?: number;
};

const timeFields = ['lastTransitionTime', 'lastUpdateTime', 'lastProbeTime', 'lastHeartbeatTime'] as const;

/** In the order of the object. A condition without a type, as some controllers write them by name, takes its key. */
export function conditionRows(object: Fields): ConditionRow[] {
  const status = object.status;
  const conditions = isFields(status) ? status.conditions : undefined;
  if (Array.isArray(conditions)) return conditions.filter(isFields).map(condition => rowOf(condition, ''));
  if (!isFields(conditions)) return [];
  return Object.entries(conditions).map(([name, value]) =>
    isFields(value) ? rowOf(value, name) : {...emptyRow(name), status: textOf(value)},
  );
}

function rowOf(condition: Fields, name: string): ConditionRow {
  const since = timeFields.map(field => parseTime(condition[field])).find(time => time !== undefined);
  return {
    type: textOf(condition.type) || name,
    status: textOf(condition.status),
    reason: textOf(condition.reason),
    message: textOf(condition.message),
    ...(since !== undefined && {since}),
  };
}

function emptyRow(type: string): ConditionRow {
  return {type, status: '', reason: '', message: ''};
}

/** A boolean in kubectl's words; '' where there is no text to speak of. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
