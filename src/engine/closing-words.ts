/** What a run that ends before its end leaves behind, by the record: said first to whoever ends it. */
import {asWords, inEnglish, joinWords, type Words} from '../domain/words.ts';
import {clipBytes} from './clip-bytes.ts';
import type {Step} from './define-step.ts';
import {messageBytesMax, russianBytesMax} from './fit-status.ts';
import type {LogEntry} from './run-log.ts';
import type {RunRecord} from './run-record.ts';
import {BrokenLog} from './run-store.ts';
import {whatBecameOf} from './what-became.ts';

/** Of what else is said as the run ends: who asked for it, and why it failed, stand elsewhere too. */
const saidBytesMin = 32;

/** `said`, with what is left behind; the whole fits a condition where it can. */
export async function closingWords(record: RunRecord, steps: readonly Step[], said: string | Words): Promise<Words> {
  const left = joinWords(await leftBehind(record, steps), '; ');
  const {en, ru} = asWords(said);
  if (left.en === '') return {en, ru};
  return {en: withLeft(en, left.en, messageBytesMax), ru: withLeft(ru, left.ru, russianBytesMax)};
}

function withLeft(said: string, left: string, bytesMax: number): string {
  const room = bytesMax - new TextEncoder().encode(left).length - 2;
  return `${clipBytes(said, Math.max(saidBytesMin, room))}; ${left}`;
}

/** The latest first; what may or may not have happened is said so. */
async function leftBehind(record: RunRecord, steps: readonly Step[]): Promise<readonly Words[]> {
  const begun = record.run.status.steps.filter(({intent, state}) => intent !== undefined && state !== 'Undone');
  const isDone = (id: string): boolean => record.run.status.steps.some(step => step.id === id && step.state === 'Succeeded');
  const open = steps
    .toReversed()
    .filter(({id}) => begun.some(step => step.id === id))
    .map(({id, leaves = []}) => ({id, leaves: leaves.filter(({until}) => !until.some(isDone))}))
    .filter(({leaves}) => leaves.length > 0);
  if (open.length === 0) return [];
  const log = await readableLog(record);
  const left = open.flatMap(({id, leaves}) => {
    const became = isDone(id) ? 'happened' : whatBecameOf(id, log);
    if (became === 'nothing') return [];
    return leaves.map(({words}) => (became === 'happened' ? asWords(words) : unsure(asWords(words))));
  });
  return left.filter((words, index) => left.findIndex(other => inEnglish(other) === inEnglish(words)) === index);
}

/** A run whose log was changed ends all the same. */
async function readableLog(record: RunRecord): Promise<readonly LogEntry[] | undefined> {
  try {
    return await record.readLog();
  } catch (error) {
    if (error instanceof BrokenLog) return undefined;
    throw error;
  }
}

function unsure({en, ru}: Words): Words {
  return {en: `it may be that ${en}`, ru: `возможно, ${ru}`};
}
