/** Which lines of an object's page are news, told by their fields and not by their place. */
import type {Line} from './yaml-lines.ts';

/** Paths among `after`. Where a field is gone, the nearest of its parents that is still shown counts as changed. */
export function changedLines(before: readonly Line[], after: readonly Line[]): ReadonlySet<string> {
  const texts = new Map(before.map(line => [line.path, line.text]));
  const shown = new Map(after.map(line => [line.path, line]));
  const changed = new Set<string>();
  for (const {path, text} of after) if (texts.get(path) !== text) changed.add(path);
  // Folding hides lines without changing the object.
  const folded = [...before, ...after].filter(line => line.fold === 'folded').map(line => `${line.path}/`);
  for (const path of [...changed]) if (folded.some(prefix => path.startsWith(prefix))) changed.delete(path);
  for (const {path} of before) {
    if (shown.has(path) || folded.some(prefix => path.startsWith(prefix))) continue;
    const parent = nearestShown(path, shown);
    if (parent !== undefined) changed.add(parent);
  }
  return changed;
}

function nearestShown(path: string, shown: ReadonlyMap<string, Line>): string | undefined {
  let parent = path;
  while (parent !== '') {
    parent = parent.slice(0, Math.max(parent.lastIndexOf('/'), parent.lastIndexOf('#'), 0));
    if (shown.has(parent)) return parent;
  }
  return undefined;
}
