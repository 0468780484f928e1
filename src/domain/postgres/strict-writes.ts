/** Strict synchronous replication: a leader without a synchronous standby acknowledges nothing, so the last one may not be taken away. */
import type {Words} from '../words.ts';
import type {DatabaseSeen} from './database-seen.ts';

/** Why every write would wait while this member is away and that one leads, as a lower-case clause; undefined where none would. */
export function strictTrouble(
  {settings, topology}: Pick<DatabaseSeen, 'settings' | 'topology'>,
  member: string,
  leader: string,
): Words | undefined {
  if (settings?.isStrict !== true || !settings.isSynchronous) return undefined;
  const others = (topology?.members ?? []).filter(
    ({name, state}) => name !== member && name !== leader && (state === 'running' || state === 'streaming'),
  );
  return others.length > 0
    ? undefined
    : {
        en: `replication is strictly synchronous, and without ${member} there is no standby left: every write would wait until it is back`,
        ru: `репликация строго синхронная, и без ${member} резерва не остаётся: каждая запись ждала бы его возвращения`,
      };
}
