/** The two commands of patronictl that people type: a table, and a failover that ends with 0 whatever came of it. */
import {patroniSwitchover} from '../../src/domain/postgres/member-commands.ts';
import {leaderOf, readTopology, type TopologyMember} from '../../src/domain/postgres/patroni-topology.ts';
import type {PostgresHands} from './postgres-hands.ts';

export type Printed = {readonly exitCode: number; readonly stdout: string};

const noPod: Printed = {exitCode: 1, stdout: ''};

/** In the layout of Patroni 3.0. */
export async function patronictlList(hands: PostgresHands, ordinal: number): Promise<Printed> {
  const page = await hands.page(ordinal, 'cluster');
  if (page === undefined) return noPod;
  const members = readTopology(page.body)?.members ?? [];
  const head = '| Member | Host | Role | State | TL | Lag in MB |';
  return {exitCode: 0, stdout: [`+ Cluster: ${hands.platform.database.name} +`, head, ...members.map(rowOf)].join('\n')};
}

function rowOf({name, host = '', role, state, timeline, lagBytes}: TopologyMember): string {
  const lag = typeof lagBytes === 'number' ? Math.floor(lagBytes / 1_048_576) : (lagBytes ?? '');
  return `| ${name} | ${host} | ${role === 'leader' ? 'Leader' : 'Replica'} | ${state} | ${timeline ?? ''} | ${lag} |`;
}

export function statesIn(list: string): readonly string[] {
  return list
    .split('\n')
    .slice(2)
    .map(line => line.split('|')[4]?.trim() ?? '');
}

/** Before Patroni 3.2 it names the leader that it has just seen, and so asks for a switchover. */
export async function patronictlFailover(hands: PostgresHands, ordinal: number, candidate: string): Promise<Printed> {
  const page = await hands.page(ordinal, 'cluster');
  if (page === undefined) return noPod;
  const topology = readTopology(page.body);
  const leader = topology === undefined ? undefined : leaderOf(topology);
  const {stdout} = await hands.run(ordinal, patroniSwitchover(leader?.name ?? '', candidate));
  const [status = '', ...body] = stdout.split('\n').reverse();
  const text = body.reverse().join('\n');
  return {
    exitCode: 0,
    stdout: status === '200' ? `Successfully failed over to "${candidate}"` : `Failover failed, details: ${status}, ${text}`,
  };
}
