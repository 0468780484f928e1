/** Before a run is carried on by another engine: its log must be whole, or nobody can tell what was done. */
import type {Run} from '../domain/run.ts';
import {Refusal} from './define-runbook.ts';
import type {RunStore} from './run-store.ts';

/** Throws BrokenLog where an entry was changed, Refusal where the log is shorter than the status says. */
export async function checkLog(store: Pick<RunStore, 'readLog'>, run: Run): Promise<void> {
  const {head, headDigest} = run.status.log;
  const log = await store.readLog(run);
  if (head === 0 || log[head - 1]?.hash === headDigest) return;
  throw new Refusal('LogBroken', {
    en: `the status names entry ${head} of the log, which is gone or another one: compare the log with what was exported, and start a new run`,
    ru: `статус называет запись ${head} журнала, а её нет или она другая: сравните журнал с выгруженным и начните новый запуск`,
  });
}
