/** What a table needs to know of one kind: its columns and the cells of one object. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';

export type Column = {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, more only with `-o wide`. */
  readonly priority: number;
};

export type Printer = {
  readonly columns: readonly Column[];
  /** As many cells as columns. `nowMs` is the wall clock, for ages. */
  cells(object: KubeObject, nowMs: number): readonly unknown[];
  /** Conditions of the row itself: a completed pod is left out by `kubectl get --field-selector` of old. */
  conditions?(object: KubeObject): readonly unknown[] | undefined;
};

export const nameColumn: Column = {name: 'Name', type: 'string', format: 'name', description: '', priority: 0};

/** `Ready`, `Desired:integer`, `IP/wide`: name, type unless it is string, and whether it is only shown wide. */
export function columnsOf(...specs: readonly string[]): readonly Column[] {
  return specs.map(spec => {
    const [main = '', wide] = spec.split('/');
    const [name = '', type = 'string'] = main.split(':');
    return {name, type, format: '', description: '', priority: wide === 'wide' ? 1 : 0};
  });
}

/** Readers for cells: stored objects of built-in kinds are not vouched for, and a table is no place to fail. */
export function at(root: unknown, ...path: readonly string[]): unknown {
  let value = root;
  for (const step of path) value = isFields(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value;
}

export function textAt(root: unknown, ...path: readonly string[]): string {
  const value = at(root, ...path);
  return typeof value === 'string' ? value : '';
}

export function countAt(root: unknown, ...path: readonly string[]): number {
  const value = at(root, ...path);
  return typeof value === 'number' ? value : 0;
}

export function listAt(root: unknown, ...path: readonly string[]): readonly Fields[] {
  const value = at(root, ...path);
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function stringsAt(root: unknown, ...path: readonly string[]): readonly string[] {
  const value = at(root, ...path);
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

export function fieldsAt(root: unknown, ...path: readonly string[]): Fields {
  const value = at(root, ...path);
  return isFields(value) ? value : {};
}

export function or(text: string, otherwise: string): string {
  return text === '' ? otherwise : text;
}

/** `a=b,c=d`, sorted. */
export function formatLabels(labels: Fields): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  return or(pairs.sort().join(','), '<none>');
}

export function formatSelector(selector: Fields): string {
  const labels = Object.entries(fieldsAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = listAt(selector, 'matchExpressions').map(expression => {
    const key = textAt(expression, 'key');
    const values = [...stringsAt(expression, 'values')].sort().join(',');
    switch (textAt(expression, 'operator')) {
      case 'In':
        return `${key} in (${values})`;
      case 'NotIn':
        return `${key} notin (${values})`;
      case 'Exists':
        return key;
      default:
        return `!${key}`;
    }
  });
  return or([...labels, ...expressions].sort().join(','), '<none>');
}

/** Names and images of the containers of a pod template, for the wide columns. */
export function containerCells(podSpec: unknown): readonly [string, string] {
  const containers = listAt(podSpec, 'containers');
  return [
    containers.map(container => textAt(container, 'name')).join(','),
    containers.map(container => textAt(container, 'image')).join(','),
  ];
}
