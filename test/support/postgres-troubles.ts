/** What may come in the way of a move to another storage class: the same for every procedure, whatever order it goes in. */
import type {PostgresFaults} from '../../src/embedded/world/postgres/postgres-world.ts';
import {newClass} from './postgres-drafts.ts';
import type {PostgresHands} from './postgres-hands.ts';

export type Trouble = {
  /** As the manual calls it. */
  readonly name: string;
  readonly faults?: () => PostgresFaults;
  /** Long before anybody begins. */
  readonly before?: (hands: PostgresHands) => Promise<void>;
  /** Every second, until it says that it has struck. */
  readonly strike?: (hands: PostgresHands) => Promise<boolean>;
};

const [first, second] = ['commander-postgres-0', 'commander-postgres-1'];

export const troubles = {
  none: {name: 'nothing'},
  frozenReplica: {
    name: 'replica replays nothing',
    faults: () => ({frozenReplicas: [second]}),
  },
  deafReplica: {
    name: 'replica without a connection',
    faults: () => ({deafReplicas: [second]}),
  },
  refusedSwitchover: {
    name: 'switchovers refused, exit code 0',
    faults: () => ({switchover: 'refused'}),
  },
  refusedForLag: {
    name: 'switchovers refused: replica behind',
    faults: () => ({frozenReplicas: [second], maximumLagOnFailover: 1}),
  },
  failedUpdate: {
    name: 'StatefulSet not replaced, log says yes',
    faults: () => ({failedReplacements: 1}),
  },
  pendingForEver: {
    name: 'pod Pending for ever',
    faults: () => ({pendingRaces: 1}),
  },
  oldDisk: {
    name: 'pod back on its old disk',
    faults: () => ({reusesLeavingClaims: true}),
  },
  noVolume: {
    name: 'new class gives no volume',
    faults: () => ({cannotProvision: {[newClass]: 'quota exceeded'}}),
  },
  staleClaim: {
    name: 'claim left over, with old rows',
    before: leaveClaim,
  },
  foreignClaim: {
    name: 'claim left over, of another database',
    before: async hands => {
      await leaveClaim(hands);
      Object.assign(hands.platform.state.disks[await hands.volume(1)] ?? {}, {systemId: '7710700260382409191'});
    },
  },
  resetInstances: {
    name: 'numberOfInstances set back to 1',
    strike: async hands => {
      if (hands.platform.leader !== second) return false;
      await hands.scaleTo(1);
      return true;
    },
  },
  leaderMoves: {
    name: 'colleague switches back in between',
    strike: async hands => {
      if (hands.platform.leader !== second || !(await hands.topology(1)).includes('0 replica running')) return false;
      await hands.switchOver(1, 0);
      return true;
    },
  },
  leaderDies: {
    name: 'new leader’s node dies, then returns',
    strike: async hands => {
      if (hands.platform.leader !== second || hands.platform.diskOf(first)?.timeline !== 2) return false;
      hands.platform.loseMember(1);
      return true;
    },
  },
  scaleDownKillsLeader: {
    name: 'way back refused, then scale-down',
    strike: async hands => {
      const [seen] = await hands.topology(1);
      if (hands.platform.leader !== second || seen !== '0 replica running' || (await hands.classOf(0)) !== newClass) return false;
      Object.assign(hands.platform.faults, {frozenReplicas: [first], maximumLagOnFailover: 1});
      return true;
    },
  },
} as const satisfies Record<string, Trouble>;

/** Of a member that was scaled away. */
async function leaveClaim(hands: PostgresHands): Promise<void> {
  await hands.scaleTo(2);
  await hands.pass(120);
  await hands.scaleTo(1);
  await hands.pass(120);
}
