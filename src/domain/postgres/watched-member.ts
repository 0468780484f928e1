/** A member of a PostgreSQL cluster as its Pod tells: what Kubernetes knows of it, and what Patroni writes about itself into an annotation. */
import {isFields} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';
import {type PodFacts, readPod} from '../pod.ts';

/** Patroni's own words, written each time its loop runs: absent on a pod in which no Patroni has started yet. */
export type PatroniWords = {
  readonly state: string;
  readonly isPrimary: boolean;
  /** Leads members that all follow another cluster: nobody here takes writes. */
  readonly isStandbyLeader: boolean;
  readonly version: string;
  readonly timeline: number | undefined;
  /** Bytes of WAL, the furthest of what was written, received and replayed; a replica may name them in any order. */
  readonly position: number | undefined;
  /** Since Patroni 3.0.4; older ones say `running` of every replica, streaming or not. */
  readonly replicationState: string | undefined;
  readonly isPaused: boolean;
  readonly mayNotLead: boolean;
};

export type MemberFacts = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly cluster: string;
  readonly node: string | undefined;
  readonly pod: PodFacts;
  readonly patroni: PatroniWords | undefined;
  /** The operator wants to make this pod anew. */
  readonly isToBeRecreated: boolean;
};

const clusterLabel = 'cluster-name';
const statusAnnotation = 'status';
const recreateAnnotation = 'zalando-postgres-operator-rolling-update-required';

export function readMember(object: KubeObject): MemberFacts {
  const {namespace = '', name, uid, labels, annotations} = object.metadata;
  const pod = readPod(object);
  return {
    namespace,
    name,
    uid,
    cluster: labels?.[clusterLabel] ?? '',
    node: pod.node === '<none>' ? undefined : pod.node,
    pod,
    patroni: readPatroniWords(annotations?.[statusAnnotation]),
    isToBeRecreated: annotations?.[recreateAnnotation] === 'true',
  };
}

/** Of Patroni 2.1 to 4.1. What is no JSON says nothing. */
export function readPatroniWords(text: string | undefined): PatroniWords | undefined {
  const words = parseFields(text);
  if (words === undefined) return undefined;
  const {state, role, version, timeline, replication_state: replicationState, pause, tags} = words;
  return {
    state: typeof state === 'string' ? state : '',
    isPrimary: role === 'master' || role === 'primary',
    isStandbyLeader: role === 'standby_leader',
    version: typeof version === 'string' ? version : '',
    timeline: numberOf(timeline),
    position: furthest([words.xlog_location, words.receive_lsn, words.replay_lsn]),
    replicationState: typeof replicationState === 'string' ? replicationState : undefined,
    isPaused: pause === true,
    mayNotLead: isFields(tags) && (tags.nofailover === true || tags.failover_priority === 0),
  };
}

/** An annotation that holds a JSON object; undefined where it does not. */
export function parseFields(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function furthest(values: readonly unknown[]): number | undefined {
  const known = values.filter(value => typeof value === 'number');
  return known.length === 0 ? undefined : Math.max(...known);
}
