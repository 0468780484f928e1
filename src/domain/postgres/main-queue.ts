/** What `deckhouse-controller queue main` prints: how many tasks wait, and what the first one is at. */
import {isFields} from '../fields.ts';
import {parseJson} from './patroni-answer.ts';

export type MainQueue = {readonly length: number; readonly status: string};

/** As JSON, or as text: `Queue 'main': length 0, status: 'waiting for task 5s'`. undefined where it is neither. */
export function readMainQueue(printed: string): MainQueue | undefined {
  const document = parseJson(printed);
  if (isFields(document)) {
    const {tasksCount, status} = document;
    return typeof tasksCount === 'number' ? {length: tasksCount, status: typeof status === 'string' ? status : ''} : undefined;
  }
  const match = /^Queue 'main': length (\d+), status: '([^']*)'/m.exec(printed);
  return match === null ? undefined : {length: Number(match[1]), status: match[2] ?? ''};
}

export function isQueueQuiet(queue: MainQueue | undefined): boolean {
  return queue?.length === 0;
}
