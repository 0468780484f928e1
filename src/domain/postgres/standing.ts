/** How each member of a PostgreSQL cluster stands, by what is watched: its role, whether it follows, how far it is behind. */
import type {PatroniRecord} from './patroni-record.ts';
import type {MemberFacts} from './watched-member.ts';

export type MemberStanding = {
  readonly name: string;
  readonly uid: string;
  readonly role: 'leader' | 'sync standby' | 'replica';
  /** Patroni's word, or the pod's where no Patroni speaks. */
  readonly state: string;
  readonly timeline: number | undefined;
  readonly position: number | undefined;
  /** Bytes of WAL behind what the leader last wrote down; undefined for the leader, and where nobody knows. */
  readonly lagBytes: number | undefined;
  /** Its pod runs and Patroni speaks in it. */
  readonly isUp: boolean;
  /** Up, and on the leader's timeline. Older Patronis do not say whether a replica streams: there it is enough that it runs. */
  readonly isFollowing: boolean;
};

/** So late may the renewed lock come here. */
const lockSlackMs = 15_000;

/** Who holds the lock, as long as it is seen to be renewed: the labels of pods are written by the members themselves, and may be stale. */
export function leaderOf(record: PatroniRecord | undefined, now: number): string | undefined {
  if (record === undefined || now - record.seenAt > record.ttlSeconds * 1000 + lockSlackMs) return undefined;
  return record.leader;
}

export function standingsOf(members: readonly MemberFacts[], record: PatroniRecord | undefined, now: number): readonly MemberStanding[] {
  const leader = leaderOf(record, now);
  const timeline = members.find(({name}) => name === leader)?.patroni?.timeline;
  return members.map((member): MemberStanding => {
    const {name, uid, patroni, pod} = member;
    const isLeader = name === leader;
    const state = stateOf(member);
    const isUp = pod.deletion === undefined && pod.phase === 'Running' && patroni !== undefined;
    const isStreaming = state === 'streaming' || (state === 'running' && patroni !== undefined && isSilentOfStreaming(patroni.version));
    return {
      name,
      uid,
      role: isLeader ? 'leader' : record?.syncStandbys.includes(name) === true ? 'sync standby' : 'replica',
      state,
      timeline: patroni?.timeline,
      position: patroni?.position,
      lagBytes: isLeader ? undefined : lagOf(patroni?.position, record?.leaderPosition),
      isUp,
      isFollowing: isUp && !isLeader && isStreaming && timeline !== undefined && patroni?.timeline === timeline,
    };
  });
}

/** Before Patroni 3.0.4 a replica only says that it runs. */
function isSilentOfStreaming(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major < 3 || (major === 3 && minor === 0 && patch < 4);
}

function stateOf({pod, patroni}: MemberFacts): string {
  if (pod.deletion !== undefined || pod.phase !== 'Running') return pod.status;
  // Its container runs, but Patroni has not said a word: by Patroni's own word for what comes next.
  if (patroni === undefined) return pod.status === 'Running' ? 'starting' : pod.status;
  return patroni.state === 'running' ? (patroni.replicationState ?? patroni.state) : patroni.state;
}

function lagOf(position: number | undefined, leaderPosition: number | undefined): number | undefined {
  return position === undefined || leaderPosition === undefined ? undefined : Math.max(0, leaderPosition - position);
}
