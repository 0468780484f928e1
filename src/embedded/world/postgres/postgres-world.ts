/** Everything around databases of the operator on an embedded server: started together, with one set of faults and one state. */
import type {Clock, Random} from '../../../domain/clock.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {type CommanderFaults, type CommanderModule, startCommanderModule} from './commander-module.ts';
import type {HearTrouble, Running} from './loop.ts';
import type {MemberFaults, MemberPace} from './member-faults.ts';
import {type OperatorFaults, type OperatorLine, startPostgresOperator} from './operator.ts';
import type {SpiloShape} from './operator-objects.ts';
import {startPodKeeper} from './pod-keeper.ts';
import {type Content, emptyState, type PostgresState} from './postgres-state.ts';
import {startSetController} from './set-controller.ts';
import type {SetFaults} from './set-faults.ts';
import {type SimulatedMembers, startSimulatedMembers} from './simulated-members.ts';
import {startVolumeController} from './volume-controller.ts';
import {folderProvisioner, type ProvisionerFaults, startVolumeProvisioner} from './volume-provisioner.ts';

/** All of them may be changed while the world runs; those that count are counted down in place. */
export type PostgresFaults = MemberFaults & OperatorFaults & CommanderFaults & ProvisionerFaults & SetFaults;

export type PostgresWorldParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly random: Random;
  /** Goes on from here, and is changed in place. */
  readonly state?: PostgresState;
  readonly faults?: PostgresFaults;
  readonly pace?: Partial<MemberPace>;
  /** Of Patroni. */
  readonly version?: string;
  readonly shape?: SpiloShape;
  readonly provisioners?: readonly string[];
  readonly firstContent?: (cluster: string) => Content;
  /** Plays the nodes for every pod, not only for those with claims. */
  readonly keepsAllPods?: boolean;
  readonly convergeMs?: number;
  log?(line: OperatorLine): void;
  readonly onTrouble?: HearTrouble;
};

export type PostgresWorld = Running & {
  readonly state: PostgresState;
  readonly faults: PostgresFaults;
  readonly members: SimulatedMembers;
  readonly commander: CommanderModule;
};

export function startPostgresWorld(parts: PostgresWorldParts): PostgresWorld {
  const {port, clock, random, state = emptyState(), faults = {}, pace, version, shape = {}, firstContent, onTrouble} = parts;
  const common = {port, clock, faults, ...(onTrouble !== undefined && {onTrouble})};
  const members = startSimulatedMembers({
    ...common,
    state,
    ...(pace !== undefined && {pace}),
    ...(version !== undefined && {version}),
    ...(firstContent !== undefined && {firstContent}),
    usesConfigMaps: shape.usesConfigMaps ?? false,
  });
  const {log} = parts;
  const operator = {...common, shape, askSwitchover: members.askSwitchover, ...(log !== undefined && {log})};
  const commander = startCommanderModule({...common, random, ...(parts.convergeMs !== undefined && {convergeMs: parts.convergeMs})});
  const all: readonly Running[] = [
    members,
    commander,
    startPostgresOperator(operator),
    startVolumeProvisioner({...common, disks: members.disks, provisioners: parts.provisioners ?? [folderProvisioner]}),
    startVolumeController(common),
    startSetController(common),
    startPodKeeper({...common, lives: members.lives, keepsAll: parts.keepsAllPods ?? false}),
  ];
  return {
    state,
    faults,
    members,
    commander,
    stop() {
      for (const each of all) each.stop();
    },
  };
}
