/** GET /cluster of Patroni 2.1 to 4.1: who is in the cluster, as its members know it. */
import {readBoolean, readField, readItems, readNumber, readString} from '../fields.ts';
import {readBody} from './patroni-answer.ts';

const roles = ['leader', 'standby_leader', 'replica', 'sync_standby', 'quorum_standby'] as const;
export type MemberRole = (typeof roles)[number] | 'unknown';

export type TopologyMember = {
  readonly name: string;
  readonly role: MemberRole;
  /** Patroni's own word; '' for a pod in which no Patroni runs. */
  readonly state: string;
  readonly host: string | undefined;
  readonly timeline: number | undefined;
  /** Bytes behind the leader, up to one loop old; undefined for the leader itself. */
  readonly lagBytes: number | 'unknown' | undefined;
  /** Tagged so that it never leads. */
  readonly isNoFailover: boolean;
  readonly isRestartPending: boolean;
};

export type Topology = {
  readonly members: readonly TopologyMember[];
  /** Maintenance mode: nobody takes over where the leader dies. */
  readonly isPaused: boolean;
  readonly scheduledSwitchover: {readonly at: string; readonly from: string; readonly to: string} | undefined;
};

/** undefined where the body is none of Patroni's. */
export function readTopology(body: string): Topology | undefined {
  const document = readBody(body);
  if (document === undefined || !Array.isArray(document.members)) return undefined;
  const at = readString(document, 'scheduled_switchover.at');
  return {
    members: readItems(document, 'members', readMember),
    isPaused: readBoolean(document, 'pause') === true,
    scheduledSwitchover:
      at === undefined
        ? undefined
        : {at, from: readString(document, 'scheduled_switchover.from') ?? '', to: readString(document, 'scheduled_switchover.to') ?? ''},
  };
}

function readMember(item: unknown): TopologyMember {
  const role = readString(item, 'role');
  const isLeader = role === 'leader' || role === 'standby_leader';
  const lag = readField(item, 'lag');
  return {
    name: readString(item, 'name') ?? '',
    role: roles.find(known => known === role) ?? 'unknown',
    state: readString(item, 'state') ?? '',
    host: readString(item, 'host'),
    timeline: readNumber(item, 'timeline'),
    lagBytes: typeof lag === 'number' ? lag : isLeader ? undefined : 'unknown',
    isNoFailover: readField(item, 'tags.nofailover') === true || readField(item, 'tags.failover_priority') === 0,
    isRestartPending: readField(item, 'pending_restart') === true,
  };
}

/** The member that leads; undefined where none does, or where more than one says so. */
export function leaderOf({members}: Pick<Topology, 'members'>): TopologyMember | undefined {
  const leaders = members.filter(({role}) => role === 'leader' || role === 'standby_leader');
  return leaders.length === 1 ? leaders[0] : undefined;
}
