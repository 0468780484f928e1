/** GET /patroni of Patroni 2.1 to 4.1: what one member says of itself, and, where it leads, of those that stream from it. */
import {readBoolean, readField, readItems, readNumber, readString} from '../fields.ts';
import {readBody} from './patroni-answer.ts';

export type Streamer = {
  readonly member: string;
  /** streaming, catchup, startup or backup. */
  readonly state: string;
  readonly syncState: string;
};

export type MemberReport = {
  readonly state: string;
  /** `master` was the word for the leader before Patroni 4. */
  readonly role: 'leader' | 'replica' | 'uninitialized';
  readonly timeline: number | undefined;
  readonly systemId: string | undefined;
  /** In bytes. After a restart a replica may have received less than it has replayed. */
  readonly position: number | undefined;
  readonly serverVersion: number | undefined;
  readonly patroniVersion: string;
  /** On the leader; [] elsewhere. */
  readonly streamers: readonly Streamer[];
  /** On a replica since Patroni 3.0.4. */
  readonly replicationState: string | undefined;
  /** Nobody holds the leader's lock. */
  readonly isUnlocked: boolean;
  readonly isPaused: boolean;
  readonly isSyncStandby: boolean;
  readonly isRestartPending: boolean;
  /** Epoch seconds, by the clock of the member. */
  readonly dcsSeenAt: number | undefined;
};

/** undefined where the body is none of Patroni's. */
export function readMemberReport(body: string): MemberReport | undefined {
  const document = readBody(body);
  if (document === undefined || readField(document, 'patroni') === undefined) return undefined;
  const role = readString(document, 'role');
  return {
    state: readString(document, 'state') ?? '',
    role: role === 'master' || role === 'primary' ? 'leader' : role === 'replica' ? 'replica' : 'uninitialized',
    timeline: readNumber(document, 'timeline'),
    systemId: readString(document, 'database_system_identifier'),
    position: positionOf(document),
    serverVersion: readNumber(document, 'server_version'),
    patroniVersion: readString(document, 'patroni.version') ?? '',
    streamers: readItems(document, 'replication', readStreamer),
    replicationState: readString(document, 'replication_state'),
    isUnlocked: readBoolean(document, 'cluster_unlocked') === true,
    isPaused: readBoolean(document, 'pause') === true,
    isSyncStandby: readBoolean(document, 'sync_standby') === true,
    isRestartPending: readBoolean(document, 'pending_restart') === true,
    dcsSeenAt: readNumber(document, 'dcs_last_seen'),
  };
}

function positionOf(document: unknown): number | undefined {
  const written = readNumber(document, 'xlog.location');
  if (written !== undefined) return written;
  const received = readNumber(document, 'xlog.received_location');
  const replayed = readNumber(document, 'xlog.replayed_location');
  return received === undefined && replayed === undefined ? undefined : Math.max(received ?? 0, replayed ?? 0);
}

function readStreamer(item: unknown): Streamer {
  return {
    member: readString(item, 'application_name') ?? '',
    state: readString(item, 'state') ?? '',
    syncState: readString(item, 'sync_state') ?? '',
  };
}
