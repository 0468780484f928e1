/** Throws away a status that belongs to another run: a manifest was copied with it, or somebody wrote it over ours. */
import type {DriveParts} from './drive-parts.ts';
import type {RunRecord} from './run-record.ts';

export async function disownStatus({store}: DriveParts, record: RunRecord): Promise<void> {
  const log = await store.readLog(record.run);
  await record.wipe();
  // What was planned and begun under our own uid must not begin a second time.
  if (!log.some(({kind}) => kind === 'intent')) return;
  const message = {
    en: 'somebody wrote the status of another run over this one when it had begun: read its log, look at the target, start a new run',
    ru: 'кто-то записал поверх уже начатого запуска статус другого: прочтите его журнал, посмотрите на цель и начните новый запуск',
  };
  record.takeOver();
  record.note('finished', '', `Failed: StatusForeign: ${message.en}`);
  await record.write({phase: 'Failed'}, [{type: 'Failed', status: 'True', reason: 'StatusForeign', message}]);
}
