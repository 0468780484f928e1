/** What the store keeps of one object of a view: its facts, or why they cannot be read. */
import {UnreadableField} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Projected} from '../domain/source.ts';
import type {Verdict} from '../domain/verdict.ts';
import type {Seen, View} from './define-view.ts';

export type ViewRow<Facts> = {
  /** Epoch milliseconds. */
  readonly createdAt: number | undefined;
  readonly facts: Facts | undefined;
  readonly unreadable?: {readonly path: string; readonly expected: string};
};

/** The projection of a view: never throws for what an object holds, since one bad object must not hide the others. */
export function projectRow<Facts>(read: (object: KubeObject, cells?: readonly unknown[]) => Facts): Projected<ViewRow<Facts>> {
  return (object, cells) => {
    const createdAt = readTime(object.metadata.creationTimestamp);
    try {
      return {createdAt, facts: read(object, cells)};
    } catch (error) {
      if (!(error instanceof UnreadableField)) throw error;
      return {createdAt, facts: undefined, unreadable: {path: error.path, expected: error.expected}};
    }
  };
}

export function judgeRow<Facts>(view: Pick<View<Facts>, 'verdict'>, row: ViewRow<Facts>, seen: Seen): Verdict {
  if (row.unreadable !== undefined) {
    return {word: 'unknown', reason: phrase('verdict.unreadable', row.unreadable.path, row.unreadable.expected)};
  }
  return row.facts === undefined ? {word: 'unknown'} : view.verdict(row.facts, seen);
}

function readTime(text: unknown): number | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
