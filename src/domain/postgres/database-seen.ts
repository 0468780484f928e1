/** Everything that one look at a database brings: its objects, and what its members say. The rules judge this and nothing else. */
import type {Words} from '../words.ts';
import type {MemberDisk} from './member-disk.ts';
import type {MemberPod} from './member-pod.ts';
import type {MemberReport} from './patroni-report.ts';
import type {PatroniSettings} from './patroni-settings.ts';
import {leaderOf, type Topology} from './patroni-topology.ts';
import type {MemberSet, PostgresCluster} from './postgres-cluster.ts';

export type DatabaseSeen = {
  readonly cluster: PostgresCluster;
  /** undefined while the operator replaces it. */
  readonly set: MemberSet | undefined;
  /** By ordinal, ascending. */
  readonly pods: readonly MemberPod[];
  /** By ordinal, ascending; those of members that are scaled away too. */
  readonly disks: readonly MemberDisk[];
  /** undefined where no member answers. */
  readonly topology: Topology | undefined;
  readonly settings: PatroniSettings | undefined;
  readonly dcs: DcsState;
  /** By member; those that answer. */
  readonly reports: ReadonlyMap<string, MemberReport>;
  /** GET /leader of the member that the topology names answers 200. */
  readonly isLeaderServing: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** What stands in Kubernetes for Patroni: on Endpoints, or on ConfigMaps. */
export type DcsState = {
  readonly kind: 'endpoints' | 'configmaps' | 'none';
  readonly leader: string | undefined;
  /** A switchover or failover that somebody asked for and nobody has begun. */
  readonly isFailoverPending: boolean;
  /** Where writes of clients go; undefined where the service picks by label. */
  readonly writeAddress: string | undefined;
};

/** What it takes to say who leads. */
export type LeaderSeen = Pick<DatabaseSeen, 'topology' | 'dcs' | 'isLeaderServing' | 'pods'>;

export type AgreedLeader = {readonly kind: 'agreed'; readonly name: string} | {readonly kind: 'none' | 'disputed'; readonly why: Words};

const nobodyAnswers: Words = {
  en: 'no member answers over Patroni’s REST API (asked with curl in the container postgres)',
  ru: 'ни один узел базы не отвечает по REST API Patroni (запрос — curl в контейнере postgres)',
};

/** Three witnesses must agree: the lock in Kubernetes, the topology, and the member itself. A label is none: it goes stale with its member. */
export function agreedLeader({topology, dcs, isLeaderServing, pods}: LeaderSeen): AgreedLeader {
  if (topology === undefined) return {kind: 'none', why: nobodyAnswers};
  const leader = leaderOf(topology);
  if (leader === undefined) {
    const words = topology.members.map(({name, role, state}) => `${name} ${role} ${state || 'without Patroni'}`);
    return {kind: 'none', why: {en: `no member leads (${words.join(', ')})`, ru: `лидера нет (${words.join(', ')})`}};
  }
  if (leader.role === 'standby_leader')
    return {
      kind: 'none',
      why: {
        en: `${leader.name} leads a standby cluster, which follows another database`,
        ru: `${leader.name} — лидер резервного кластера, который следует за другой базой`,
      },
    };
  if (leader.state !== 'running')
    return {
      kind: 'none',
      why: {en: `${leader.name} has the lead but is ${leader.state}`, ru: `лидер — ${leader.name}, но он ${leader.state}`},
    };
  if (dcs.leader !== leader.name)
    return {
      kind: 'disputed',
      why: {
        en: `the lock in Kubernetes names ${dcs.leader ?? 'nobody'}, the members name ${leader.name}`,
        ru: `${dcs.leader === undefined ? 'в блокировке Kubernetes никого нет' : `в блокировке Kubernetes назван ${dcs.leader}`}, а узлы базы называют лидером ${leader.name}`,
      },
    };
  if (!isLeaderServing)
    return {
      kind: 'disputed',
      why: {
        en: `${leader.name} has the lock, but itself says that it does not lead`,
        ru: `блокировка у ${leader.name}, но сам он говорит, что не лидер`,
      },
    };
  const address = pods.find(({name}) => name === leader.name)?.ip;
  if (dcs.writeAddress !== undefined && address !== undefined && address !== '' && dcs.writeAddress !== address)
    return {
      kind: 'disputed',
      why: {
        en: `writes go to ${dcs.writeAddress}, but ${leader.name} stands at ${address}`,
        ru: `запись идёт на ${dcs.writeAddress}, а ${leader.name} — на ${address}`,
      },
    };
  return {kind: 'agreed', name: leader.name};
}

export function diskOf({disks}: Pick<DatabaseSeen, 'disks'>, ordinal: number): MemberDisk | undefined {
  return disks.find(disk => disk.ordinal === ordinal);
}

export function podOf({pods}: Pick<DatabaseSeen, 'pods'>, member: string): MemberPod | undefined {
  return pods.find(({name}) => name === member);
}
