/** What goes wrong on the way of a database to another class: each ends in success, or in a stop with leader and its disk untouched. */
import {test} from 'vitest';
import {type MoveTrouble, proveMove} from '../../support/move-trouble.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {stateOf} from '../../support/postgres-kit.ts';

const troubles: readonly MoveTrouble[] = [
  {name: 'a pod that waits for a claim that is gone', faults: {pendingRaces: 1}},
  {name: 'a switchover that is refused but happens later', faults: {switchover: 'late'}},
  {name: 'a switchover whose end nobody saw', faults: {switchover: 'slow'}},
  {name: 'a switchover that is refused for ever', faults: {switchover: 'refused'}, stops: 'TriedEnough'},
  {
    name: 'a switchover that is refused once',
    faults: {switchover: 'refused'},
    meanwhile: () => (platform, run) => {
      if (run.status.steps.some(({id, attempts}) => id === 'switchover' && attempts > 1)) platform.faults.switchover = undefined;
    },
  },
  {name: 'a checkpoint that takes its time', faults: {hasSlowCheckpoint: true}},
  {name: 'base backups that fail twice', faults: {failedBackups: 2}},
  {name: 'base backups that always fail', faults: {failedBackups: 9999}, stops: 'CopyFails', says: /logs commander-postgres-1 -c postgres/},
  {name: 'a class that can give no disk', faults: {cannotProvision: {[newClass]: 'quota'}}, stops: 'TimedOut'},
  {name: 'synchronous replication', faults: {isSynchronous: true}},
  {name: 'an operator that fails once to replace the StatefulSet, and repairs it', faults: {failedReplacements: 1}},
  {name: 'an operator that never replaces the StatefulSet', faults: {failedReplacements: 9999}, stops: 'TimedOut'},
  {
    name: 'maintenance mode in the middle',
    meanwhile: () => (platform, run) => {
      if (stateOf(run, 'copy-1') === 'Verifying') platform.faults.isPaused = true;
    },
    stops: 'Paused',
  },
  {
    name: 'a replica that lags before the switchover',
    meanwhile: () => {
      let until: number | undefined;
      return (platform, run) => {
        if (stateOf(run, 'copy-1') === 'Succeeded') until ??= platform.clock.now() + 200_000;
        if (until !== undefined) platform.faults.frozenReplicas = platform.clock.now() < until ? ['commander-postgres-1'] : [];
      };
    },
  },
  {
    name: 'a leader that is lost while the only other copy is rebuilt',
    meanwhile: () => {
      let isLost = false;
      return (platform, run) => {
        if (isLost || stateOf(run, 'copy-1') !== 'Verifying') return;
        isLost = true;
        platform.loseMember(0);
      };
    },
    stops: 'any',
  },
  {
    name: 'a leader that is restarted while the only other copy is rebuilt',
    meanwhile: () => {
      let lostAt: number | undefined;
      return (platform, run) => {
        if (stateOf(run, 'copy-1') !== 'Verifying') return;
        if (lostAt === undefined) platform.loseMember(0);
        lostAt ??= platform.clock.now();
        if (platform.clock.now() - lostAt >= 40_000) platform.reviveMember(0);
      };
    },
    stops: 'LeaderRestarted',
  },
  {
    name: 'a member that no command gets into',
    meanwhile: () => (platform, run) => {
      if (stateOf(run, 'copy-1') === 'Verifying') platform.unreachable.add('commander-postgres-1');
    },
    stops: 'TimedOut',
  },
  {
    name: 'a failover that nobody asked for',
    meanwhile: () => {
      let isLost = false;
      return (platform, run) => {
        if (isLost || stateOf(run, 'copy-1') !== 'Succeeded') return;
        isLost = true;
        platform.loseMember(0);
      };
    },
    stops: 'LeaderMoved',
  },
  {name: 'a StatefulSet that is away for two minutes', faults: {replaceDelayMs: 120_000}},
  {name: 'an operator that is down', faults: {isDown: true}, stops: 'TimedOut'},
  {name: 'a queue that another module holds up', faults: {isQueueStuck: true}, stops: 'TimedOut'},
  {name: 'a replica that does not stream', faults: {deafReplicas: ['commander-postgres-1']}, stops: 'TimedOut'},
  {
    name: 'a replica whose part of the log was removed before its disk goes',
    meanwhile: () => (platform, run) => {
      if (stateOf(run, 'set-class') === 'Verifying') platform.faults.cutOffReplicas = ['commander-postgres-1'];
    },
    stops: 'LogRemoved',
    says: /patronictl reinit commander-postgres commander-postgres-1 in a pod of it, then resume/,
  },
  {
    name: 'a copy whose part of the log was removed before it leads',
    meanwhile: () => (platform, run) => {
      if (stateOf(run, 'copy-1') === 'Succeeded') platform.faults.cutOffReplicas = ['commander-postgres-1'];
    },
    stops: 'LogRemoved',
    says: /patronictl reinit commander-postgres commander-postgres-1 in a pod of it, then resume/,
  },
  {
    name: 'a store that is down for a minute while the lead goes over',
    meanwhile: () => {
      let until: number | undefined;
      return (platform, run) => {
        if (stateOf(run, 'switchover') === 'Verifying') until ??= platform.clock.now() + 60_000;
        if (until !== undefined) platform.faults.isStoreDown = platform.clock.now() < until;
      };
    },
    stops: 'maybe',
  },
  {
    name: 'a node that is cordoned before a disk goes',
    meanwhile: () => async (platform, run) => {
      if (stateOf(run, 'set-class') !== 'Verifying') return;
      for (const name of ['worker-a', 'worker-b', 'worker-c'])
        await platform.world.patch({apiVersion: 'v1', kind: 'Node', name}, {spec: {unschedulable: true}});
    },
    stops: 'NodeCordoned',
  },
  {
    name: 'a rolling update in the middle',
    meanwhile: () => async (platform, run) => {
      if (stateOf(run, 'copy-1') !== 'Verifying') return;
      const annotations = {'zalando-postgres-operator-rolling-update-required': 'true'};
      const {namespace} = platform.database;
      await platform.world.patch({apiVersion: 'v1', kind: 'Pod', name: 'commander-postgres-0', namespace}, {metadata: {annotations}});
    },
    stops: 'any',
  },
  {name: 'a module that puts the number of instances back', options: {}, faults: {resetsInstances: true}, stops: 'InstancesChanged'},
];

test.each(troubles)('$name', {timeout: 120_000}, proveMove);
