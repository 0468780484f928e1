/** What a write changes in an object, as lines of its YAML: the changed ones and those that say where they stand. */
import {type Fields, isFields} from '../fields.ts';
import type {DiffLine} from '../run-desk.ts';
import {maskObject} from './mask.ts';
import {type Line, yamlLines} from './yaml-lines.ts';

/** Set by the server at every write; nobody decides on them. */
const serverFields = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];
const linesMax = 400;

type Marked = DiffLine & {readonly path: string};

/** Secrets are masked before the comparison: a change of a secret alone shows as no line. [] where nothing changes. */
export function diffObjects(before: Fields, after: Fields): readonly DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const merged = mergeLines(old, fresh);
  const changed = merged.filter(({sign}) => sign !== ' ').map(({path}) => path);
  const kept = merged.filter(({sign, path}) => sign !== ' ' || changed.some(each => each.startsWith(`${path}/`)));
  const shown = kept.slice(0, linesMax).map(({sign, text}) => ({sign, text}));
  return kept.length > linesMax ? [...shown, {sign: ' ', text: `… ${kept.length - linesMax} more lines`}] : shown;
}

function linesOf(object: Fields): readonly Line[] {
  const {metadata, ...rest} = maskObject(object);
  const meta = isFields(metadata) ? Object.fromEntries(Object.entries(metadata).filter(([name]) => !serverFields.includes(name))) : {};
  const isBare = Object.keys(object).length === 0;
  return isBare ? [] : yamlLines({...rest, metadata: meta}, new Set());
}

/** In the order of the fresh lines; what is gone stands where it stood. */
function mergeLines(old: readonly Line[], fresh: readonly Line[]): readonly Marked[] {
  const oldPaths = new Set(old.map(({path}) => path));
  const freshPaths = new Set(fresh.map(({path}) => path));
  const merged: Marked[] = [];
  let index = 0;
  const dropGone = (): void => {
    for (let line = old[index]; line !== undefined && !freshPaths.has(line.path); line = old[index]) {
      merged.push({sign: '-', text: line.text, path: line.path});
      index += 1;
    }
  };
  for (const {path, text} of fresh) {
    dropGone();
    if (!oldPaths.has(path)) {
      merged.push({sign: '+', text, path});
      continue;
    }
    const line = old.find(each => each.path === path);
    if (line === undefined || line.text === text) merged.push({sign: ' ', text, path});
    else merged.push({sign: '-', text: line.text, path}, {sign: '+', text, path});
    index = Math.max(index, old.findIndex(each => each.path === path) + 1);
  }
  dropGone();
  return merged;
}
