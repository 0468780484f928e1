/** Label selectors as objects carry them: matchLabels and matchExpressions. */
import {isFields, readFields, readItems, readString, readStrings} from './fields.ts';

export type Labels = Readonly<Record<string, string>>;

type Requirement = {readonly key: string; readonly operator: string; readonly values: readonly string[]};

export type LabelSelector = {readonly matchLabels: Labels; readonly matchExpressions: readonly Requirement[]};

/** undefined where there is no selector at all; what that means is each kind's own rule. */
export function readSelector(root: unknown, path: string): LabelSelector | undefined {
  const selector = readFields(root, path);
  if (!hasPath(root, path)) return undefined;
  return {
    matchLabels: stringsOf(readFields(selector, 'matchLabels')),
    matchExpressions: readItems(selector, 'matchExpressions', item => ({
      key: readString(item, 'key') ?? '',
      operator: readString(item, 'operator') ?? '',
      values: readStrings(item, 'values'),
    })),
  };
}

/** An empty selector matches everything. */
export function selects({matchLabels, matchExpressions}: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({key, operator, values}) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

export function stringsOf(fields: Readonly<Record<string, unknown>>): Labels {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function hasPath(root: unknown, path: string): boolean {
  let value = root;
  for (const step of path.split('.')) value = isFields(value) ? value[step] : undefined;
  return isFields(value);
}
