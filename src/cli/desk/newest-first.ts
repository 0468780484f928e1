/** The order of runs on every screen. */
import type {Run} from '../../domain/run.ts';

export function newestFirst({meta: left}: Run, {meta: right}: Run): number {
  const [before = '', after = ''] = [left.creationTimestamp, right.creationTimestamp];
  return before === after ? 0 : before < after ? 1 : -1;
}
