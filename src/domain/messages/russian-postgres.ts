/** In Russian: what is said of PostgreSQL clusters: their verdicts, and the picture of members and disks. */
import type {englishPostgres} from './english-postgres.ts';
import type {CataloguePart} from './phrase.ts';

export const russianPostgres: CataloguePart<typeof englishPostgres> = {
  'verdict.postgres.off': () => 'выключен: нужно 0 экземпляров',
  'verdict.postgres.failed': status => `${status}: причина в логе оператора`,
  'verdict.postgres.creating': () => 'создаётся',
  'verdict.postgres.updating': () => 'оператор применяет изменение',
  'verdict.postgres.noLeader': () => 'нет лидера: запись не принимается',
  'verdict.postgres.leaderGone': member => `лидера ${member} больше нет`,
  'verdict.postgres.handingOver': member => `лидерство переходит к ${member}`,
  'verdict.postgres.switching': member => (member === '' ? 'заказано переключение лидера' : `заказано переключение на ${member}`),
  'verdict.postgres.paused': () => 'на паузе: если лидер упадёт, его никто не заменит',
  'verdict.postgres.recreating': member => `оператор собирается пересоздать ${member}`,
  'verdict.postgres.notFollowing': (member, state) => `${member} не следует за лидером: ${state}`,
  'verdict.postgres.tooFew': (members, wanted) => `экземпляров ${members} из ${wanted}`,
  'verdict.postgres.tooMany': (members, wanted) => `экземпляров ${members}, а нужно ${wanted}`,
  'verdict.postgres.lags': (member, lag) => `${member} отстаёт на ${lag}`,
  'verdict.postgres.otherClass': (claim, is, wanted) => `${claim} ещё на ${is}, а нужен ${wanted}`,
};
