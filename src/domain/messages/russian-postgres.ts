/** In Russian: what is said of PostgreSQL clusters: their verdicts, and the picture of members and disks. */
import type {englishPostgres} from './english-postgres.ts';
import type {CataloguePart} from './phrase.ts';
import {counted} from './russian-plural.ts';

export const russianPostgres: CataloguePart<typeof englishPostgres> = {
  'verdict.postgres.off': () => 'выключен: нужно 0 экземпляров',
  'verdict.postgres.failed': status => `${status}: причина в логе оператора`,
  'verdict.postgres.creating': () => 'создаётся',
  'verdict.postgres.updating': () => 'оператор применяет изменение',
  'verdict.postgres.noLeader': () => 'нет лидера: запись не принимается',
  'verdict.postgres.leaderGone': member => `лидера ${member} больше нет`,
  'verdict.postgres.handingOver': member => `лидерство переходит к ${member}`,
  'verdict.postgres.switching': member => (member === '' ? 'заказано переключение лидера' : `заказано переключение на ${member}`),
  'verdict.postgres.standby': () => 'резервный кластер: следует за другой базой',
  'verdict.postgres.paused': () => 'на паузе: если лидер упадёт, его никто не заменит',
  'verdict.postgres.recreating': member => `оператор собирается пересоздать ${member}`,
  'verdict.postgres.notFollowing': (member, state) => `${member} не следует за лидером: ${state}`,
  'verdict.postgres.tooFew': (members, wanted) => `экземпляров ${members} из ${wanted}`,
  'verdict.postgres.tooMany': (members, wanted) => `экземпляров ${members}, а нужно ${wanted}`,
  'verdict.postgres.lags': (member, lag) => `${member} отстаёт на ${lag}`,
  'verdict.postgres.otherClass': (classes, members) =>
    `ещё на ${classes.join(', ')}: ${members.length === 1 ? 'диск' : 'диски'} ${members.join(', ')}`,

  'keys.neverKept': () => 'ключи ни разу не сохранены',
  'keys.differ': words => `ключи шифрования не те, что в последней копии: ${words.join(', ')}`,
  'keys.gone': () => 'в Secret нет ключей шифрования, которые есть в последней копии',
  'keys.forbidden': () => 'читать его нельзя: те ли это ключи, что в последней копии, неизвестно',

  'postgres.copies': (safe, disk, left) =>
    `${counted(safe, 'надёжная копия', 'надёжные копии', 'надёжных копий')}; без диска ${disk} останется ${left}`,
  'postgres.noCopy': () => 'надёжных копий нет: диск лидера не подключён',
  'postgres.noLeaderFor': age => `без лидера уже ${age}: запись не принимается, надёжных копий нет`,
  'postgres.timeline': timeline => `таймлайн ${timeline}`,
  'postgres.lockIn': kind => `блокировка в ${kind}`,
  'postgres.synchronous': () => 'синхронная репликация',
  'postgres.wantedClass': storageClass => `нужен класс ${storageClass}`,
  'postgres.lagUnknown': () => 'неизвестно',
  'postgres.noResource': () => 'Объекта postgresql нет; ниже то, что от него осталось.',
  'postgres.recordUnknown': () => 'Кто лидер, неизвестно: записи Patroni нет ни в Endpoints, ни в ConfigMaps, которые можно читать.',
  'postgres.claimsUnknown': () => 'Какие копии надёжны, неизвестно: PVC читать нельзя.',
  'postgres.membersUnknown': () => 'Его поды читать нельзя.',
  'picture.run': (run, step, gate) =>
    `меняет запуск ${run}${step === '' ? '' : `: шаг ${step}`}${gate === undefined ? '' : `, ждёт согласия (gate ${gate})`} (o — открыть)`,
  'picture.openRun': () => 'открыть запуск',
  'picture.stepOf': (step, steps) => `${step} из ${steps}`,
  'postgres.volumesUnknown': () => 'Тома читать нельзя: что станет с диском без PVC, неизвестно.',
};
