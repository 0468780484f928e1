/** Lays an applied configuration over the object: maps field by field, lists by key or value, the rest as the configuration has it. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import {fieldShape, isAtomicMap, itemElement, itemShape, type ListShape, listShape, type Shape} from './field-shape.ts';

export function mergeConfig(shape: Shape, live: unknown, config: unknown): unknown {
  if (isFields(live) && isFields(config) && !isAtomicMap(shape)) return mergeMaps(shape, live, config);
  const list = listShape(shape);
  if (Array.isArray(live) && Array.isArray(config) && list.by !== 'whole') return mergeLists(shape, list, live, config);
  // Null takes away what is one field, and leaves alone what is many.
  if (config === null && isManyFields(shape, list, live)) return live;
  return config;
}

function mergeMaps(shape: Shape, live: Fields, config: Fields): Fields {
  const merged: Record<string, unknown> = {...live};
  for (const [name, value] of Object.entries(config)) {
    merged[name] = Object.hasOwn(live, name) ? mergeConfig(fieldShape(shape, name), live[name], value) : value;
  }
  return merged;
}

function isManyFields(shape: Shape, list: ListShape, live: unknown): boolean {
  if (isFields(live)) return !isAtomicMap(shape) && Object.keys(live).length > 0;
  return Array.isArray(live) && list.by !== 'whole' && live.length > 0;
}

/** Items of both keep the order of the configuration; items of the object alone stay where they are among them. */
function mergeLists(shape: Shape, kind: ListShape, live: readonly unknown[], config: readonly unknown[]): readonly unknown[] {
  const element = (item: unknown) => itemElement(shape, kind, item);
  const [left, right] = [live.map(element), config.map(element)];
  const [inLive, inConfig] = [new Set(left), new Set(right)];
  const shared = right.filter(name => inLive.has(name));
  const isRepeated = (name: string) => left.indexOf(name) !== left.lastIndexOf(name);
  const merged: unknown[] = [];
  const done = new Set<string>();
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const [ours = '', theirs = ''] = [left[l], right[r]];
    if (l < left.length && r < right.length && ours !== theirs && inConfig.has(ours) && shared[0] !== undefined && shared[0] !== ours) {
      l++;
    } else if (l < left.length && ours !== theirs && !inConfig.has(ours)) {
      merged.push(live[l++]);
    } else {
      if (l < left.length && (ours === theirs || done.has(ours))) l++;
      if (r >= right.length) continue;
      const before = inLive.has(theirs) && !isRepeated(theirs) ? live[left.indexOf(theirs)] : undefined;
      merged.push(before === undefined ? config[r] : mergeConfig(itemShape(shape), before, config[r]));
      done.add(theirs);
      if (shared[0] === theirs) shared.shift();
      r++;
    }
  }
  return merged;
}
