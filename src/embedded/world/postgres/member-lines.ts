/** What Patroni writes into the log of each member: its loop, and what changed since the last look. */
import type {ContainerLog} from '../../apiserver/pod-runtime.ts';
import {LineJournal} from './line-journal.ts';
import type {AnswerParts} from './patroni-answers.ts';
import type {Member} from './postgres-state.ts';

type Seen = {readonly journal: LineJournal; state: string; loopAtMs: number};

/** Loops that a member has behind it when it is first looked at. */
const loopsBefore = 30;

export class MemberLines {
  /** By the uid of the pod. */
  readonly #seen = new Map<string, Seen>();

  look(parts: AnswerParts): void {
    for (const member of parts.members) if (member.isLost !== true) this.#lookAt(parts, member);
  }

  /** Nobody reads what was said in pods that are gone. */
  forget(isThere: (podUid: string) => boolean): void {
    for (const uid of this.#seen.keys()) if (!isThere(uid)) this.#seen.delete(uid);
  }

  of(podUid: string): ContainerLog | undefined {
    return this.#seen.get(podUid)?.journal.log();
  }

  #lookAt(parts: AnswerParts, member: Member): void {
    const {nowMs, pace} = parts;
    const state = JSON.stringify([member.state, parts.cluster.leader === member.name, member.failure?.restarts]);
    const known = this.#seen.get(member.podUid);
    const seen = known ?? {journal: new LineJournal(), state: '', loopAtMs: nowMs};
    this.#seen.set(member.podUid, seen);
    const say = (text: string, atMs = nowMs) =>
      seen.journal.write({atMs, text: `${stamp(atMs)} ${/^[A-Z]{4,}: /.test(text) ? '' : 'INFO: '}${text}`});
    const isOld = known === undefined && member.state === 'running';
    for (let back = isOld ? loopsBefore : 0; back > 0; back -= 1) say(loopLine(parts, member), nowMs - back * pace.loopWaitMs);
    if (seen.state !== state && !isOld) for (const text of changeLines(parts, member)) say(text);
    if (nowMs - seen.loopAtMs >= pace.loopWaitMs || isOld) {
      seen.loopAtMs = nowMs;
      say(loopLine(parts, member));
    }
    seen.state = state;
  }
}

function stamp(atMs: number): string {
  return `${new Date(atMs).toISOString().replace('T', ' ').replace('Z', '').replace('.', ',')}`;
}

function loopLine({cluster, faults}: AnswerParts, {name, state}: Member): string {
  const {leader} = cluster;
  if (state === 'running' && faults.cutOffReplicas?.includes(name) === true)
    return 'FATAL: could not receive data from WAL stream: ERROR: requested WAL segment has already been removed';
  if (state === 'creating replica') return `bootstrap from leader '${leader}' in progress`;
  if (state !== 'running') return leader === undefined ? 'waiting for leader to bootstrap' : `Lock owner: ${leader}; I am ${name}`;
  if (leader === name) return `no action. I am (${name}), the leader with the lock`;
  return leader === undefined
    ? 'following a different leader because i am not the healthiest node'
    : `no action. I am (${name}), a secondary, and following a leader (${leader})`;
}

function changeLines({cluster}: AnswerParts, {name, state, failure}: Member): readonly string[] {
  const {leader} = cluster;
  if (failure !== undefined) return [failure.message];
  switch (state) {
    case 'initializing new cluster':
      return ['trying to bootstrap a new cluster'];
    case 'creating replica':
      return [`Lock owner: ${leader}; I am ${name}`, `trying to bootstrap from leader '${leader}'`];
    case 'starting':
      return leader === undefined ? ['starting as a secondary'] : [`bootstrapped from leader '${leader}'`, 'starting as a secondary'];
    case 'running':
      return leader === name ? ['promoted self to leader by acquiring session lock'] : [`following a leader (${leader})`];
    case 'stopping':
      return [leader === name ? 'Lock released; demoting self' : 'stopping'];
    default:
      return leader === undefined ? ['waiting for leader to bootstrap'] : [`Lock owner: ${leader}; I am ${name}`];
  }
}
