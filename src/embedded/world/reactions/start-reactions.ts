/** Who looks after what. */
import {createModulePlay} from './modules/react-to-module.ts';
import {playPlatform} from './modules/react-to-platform.ts';
import {playPolicy} from './modules/react-to-policy.ts';
import {playSource} from './modules/react-to-source.ts';
import {Configurations} from './nodes/configurations.ts';
import {playErrand} from './nodes/errands.ts';
import {playMachine} from './nodes/machines.ts';
import {createGroupPlays} from './nodes/react-to-group.ts';
import {playHost} from './nodes/react-to-host.ts';
import {createNodePlay} from './nodes/react-to-node.ts';
import {type ReactionParts, Reactions} from './reactions.ts';
import {playDaemonSet} from './workloads/daemon-set.ts';
import {playDeployment} from './workloads/deployment.ts';
import {playJob} from './workloads/job.ts';
import {playPod} from './workloads/pod.ts';
import {playReplicaSet} from './workloads/replica-set.ts';
import {playStatefulSet} from './workloads/stateful-set.ts';

export function startReactions(parts: Omit<ReactionParts, 'plays'>): Reactions {
  const configurations = new Configurations();
  const plays = {
    module: createModulePlay(),
    platform: playPlatform,
    policy: playPolicy,
    source: playSource,
    node: createNodePlay(configurations),
    machine: playMachine,
    ...createGroupPlays(configurations),
    host: playHost,
    errand: playErrand,
    deployment: playDeployment,
    replicaset: playReplicaSet,
    statefulset: playStatefulSet,
    daemonset: playDaemonSet,
    job: playJob,
    pod: playPod,
  };
  return new Reactions({...parts, plays});
}
