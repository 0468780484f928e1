/**
 * A frame from what Ink wants to write, for frames as ours: every text is one line, and lines never overlap. Ink itself
 * takes each frame apart into ten thousand cells and joins them again, which is most of what a key costs.
 */

export type Bounds = {
  readonly x1?: number | undefined;
  readonly x2?: number | undefined;
  readonly y1?: number | undefined;
  readonly y2?: number | undefined;
};

/** What Ink's `Output` gathers while it goes through the tree. */
export type DrawOperation =
  | {
      readonly type: 'write';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly transformers: readonly ((line: string, index: number) => string)[];
    }
  | {readonly type: 'clip'; readonly clip: Bounds}
  | {readonly type: 'unclip'};

/** undefined where the frame is not of this kind, and only cells can tell what it looks like. */
export function composeLines(operations: readonly DrawOperation[], height: number): string | undefined {
  const lines = new Array<string>(height).fill('');
  const clips: {readonly from: number; readonly to: number}[] = [{from: 0, to: height}];
  for (const operation of operations) {
    const clip = clips.at(-1) ?? {from: 0, to: height};
    if (operation.type === 'unclip') clips.pop();
    else if (operation.type === 'clip') {
      const {x1, x2, y1 = 0, y2 = height} = operation.clip;
      if (x1 !== undefined || x2 !== undefined) return undefined;
      clips.push({from: Math.max(clip.from, y1), to: Math.min(clip.to, y2)});
    } else {
      const {x, y, text, transformers} = operation;
      if (x < 0 || text.includes('\n')) return undefined;
      if (y < clip.from || y >= clip.to) continue;
      if (lines[y] !== '') return undefined;
      const line = transformers.reduce((changed, transform) => transform(changed, 0), text);
      lines[y] = (' '.repeat(x) + line).trimEnd();
    }
  }
  return lines.join('\n');
}
