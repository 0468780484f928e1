/** Machines behind the nodes: Instances of the cloud groups, StaticInstances and the credentials that reach them. */
import type {Fields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {nodeCatalogue, quotaFailure} from './node-catalogue.ts';
import {machineNamespace} from './node-shape.ts';
import type {Groups} from './seed-nodes.ts';
import {day, minute, type Seeding, second} from './seeding.ts';
import type {Draft, Ref} from './world-client.ts';

const instanceFinalizer = 'node-manager.hooks.deckhouse.io/instance-controller';
const cloudGroups = new Set(['worker', 'frontend', 'gpu', 'spot']);

export function instanceRef(name: string): Ref {
  return {apiVersion: 'deckhouse.io/v1alpha1', kind: 'Instance', name};
}

export function instanceDraft(name: string, group: string, owner: KubeObject | undefined, status: Fields): Draft {
  const ownerReferences =
    owner === undefined
      ? []
      : [
          {
            apiVersion: 'deckhouse.io/v1',
            kind: 'NodeGroup',
            name: group,
            uid: owner.metadata.uid,
            controller: false,
            blockOwnerDeletion: false,
          },
        ];
  return {
    apiVersion: 'deckhouse.io/v1alpha1',
    kind: 'Instance',
    metadata: {name, labels: {'node.deckhouse.io/group': group}, finalizers: [instanceFinalizer], ownerReferences},
    status: {
      classReference: {kind: 'YandexInstanceClass', name: group},
      machineRef: {apiVersion: 'machine.sapcloud.io/v1alpha1', kind: 'Machine', name, namespace: machineNamespace},
      ...status,
    },
  };
}

/** `phase` in the words of the machine controller. */
export function machineStatus(phase: string, description: string, state: string, type: string, atIso: string): Fields {
  return {currentStatus: {phase, lastUpdateTime: atIso}, lastOperation: {description, state, type, lastUpdateTime: atIso}};
}

/** The Instances; hosts of static groups are no Instances here. */
export async function seedMachines(seeding: Seeding, groups: Groups): Promise<readonly KubeObject[]> {
  const instances: KubeObject[] = [];
  const create = async (name: string, group: string, status: Fields, ageMs: number) =>
    void instances.push(await seeding.create(instanceDraft(name, group, groups.get(group), status), ageMs));
  for (const {name, group, ageDays} of nodeCatalogue) {
    if (!cloudGroups.has(group)) continue;
    const joined = machineStatus(
      'Running',
      `Machine ${name} successfully joined the cluster`,
      'Successful',
      'Create',
      seeding.ago(ageDays * day),
    );
    await create(name, group, {...joined, nodeRef: {name}}, ageDays * day);
  }
  const failed = machineStatus('CrashLoopBackOff', quotaFailure, 'Failed', 'Create', seeding.ago(3 * minute));
  await create('prod-gpu-d-66c4f-nc5zv', 'gpu', failed, 26 * minute);
  const starting = machineStatus('Pending', 'Creating machine on cloud provider', 'Processing', 'Create', seeding.ago(4 * minute));
  const bootstrapStatus = {description: "Use 'nc 10.42.1.178 8000' to get bootstrap logs.", logsEndpoint: '10.42.1.178:8000'};
  await create('prod-worker-d-5f7dd-vn7qj', 'worker', {...starting, bootstrapStatus}, 4 * minute);
  const stuck = "drain failed due to failure in eviction of pods: cannot evict pod as it would violate the pod's disruption budget.";
  await create(
    'prod-worker-a-6dc8f-old2f',
    'worker',
    machineStatus('Terminating', stuck, 'Processing', 'Delete', seeding.ago(7 * minute)),
    41 * day,
  );
  await seeding.client.remove(instanceRef('prod-worker-a-6dc8f-old2f'));
  await seedStaticMachines(seeding);
  return instances;
}

type StaticRow = {
  readonly name: string;
  readonly address: string;
  readonly phase: string;
  readonly node?: string;
  readonly conditions: readonly (readonly [string, string, string, string?])[];
};

const passed = [
  ['AddedToNodeGroup', 'True', ''],
  ['CheckTcpConnection', 'True', 'CheckPassed'],
  ['CheckSshCondition', 'True', 'CheckPassed'],
] as const;

const staticRows: readonly StaticRow[] = [
  ...['bm-rack1-01', 'bm-rack1-02', 'bm-rack2-01', 'bm-rack2-02'].map((node, index) => ({
    name: node,
    address: `192.168.50.${11 + index}`,
    phase: 'Running',
    node,
    conditions: [...passed, ['BootstrapSucceeded', 'True', 'InstanceReady'] as const],
  })),
  {
    name: 'bm-rack3-01',
    address: '192.168.50.21',
    phase: 'Pending',
    conditions: [['AddedToNodeGroup', 'False', 'WaitingForNodeGroupToBeAssigned']],
  },
  {
    name: 'bm-rack3-02',
    address: '192.168.50.22',
    phase: 'Bootstrapping',
    conditions: [...passed, ['BootstrapSucceeded', 'False', 'WaitingForNodeRefToBeAssigned']],
  },
  {name: 'bm-rack3-03', address: '192.168.50.23', phase: 'Cleaning', node: 'bm-rack3-03', conditions: passed},
  {
    name: 'bm-rack4-01',
    address: '192.168.50.31',
    phase: 'Error',
    conditions: [
      ['AddedToNodeGroup', 'True', ''],
      ['CheckTcpConnection', 'True', 'CheckPassed'],
      [
        'CheckSshCondition',
        'False',
        'CheckFailed',
        'ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain',
      ],
    ],
  },
];

async function seedStaticMachines(seeding: Seeding): Promise<void> {
  const secret = (text: string) => Buffer.from(text).toString('base64');
  const credentials: readonly (readonly [string, Fields])[] = [
    [
      'rack-admin',
      {
        user: 'caps',
        privateSSHKey: secret('-----BEGIN OPENSSH PRIVATE KEY-----\nnot a real key\n-----END OPENSSH PRIVATE KEY-----'),
        sshPort: 22,
      },
    ],
    ['old-racks', {user: 'root', sudoPasswordEncoded: secret('not a real password'), sshPort: 2222}],
  ];
  for (const [name, spec] of credentials)
    await seeding.create({apiVersion: 'deckhouse.io/v1alpha2', kind: 'SSHCredentials', metadata: {name}, spec}, 120 * day);
  for (const row of staticRows)
    await seeding.create(staticDraft(row, seeding.ago(row.phase === 'Running' ? 60 * day : 90 * second)), 121 * day);
}

function staticDraft(row: StaticRow, sinceIso: string): Draft {
  return {
    apiVersion: 'deckhouse.io/v1alpha2',
    kind: 'StaticInstance',
    metadata: {name: row.name, labels: {role: row.name.startsWith('bm-rack3') ? 'edge' : 'bare-metal'}},
    spec: {
      address: row.address,
      credentialsRef: {
        apiVersion: 'deckhouse.io/v1alpha2',
        kind: 'SSHCredentials',
        name: row.name.startsWith('bm-rack4') ? 'old-racks' : 'rack-admin',
      },
    },
    status: {
      currentStatus: {phase: row.phase, lastUpdateTime: sinceIso},
      conditions: row.conditions.map(([type, status, reason, message]) => ({
        type,
        status,
        lastTransitionTime: sinceIso,
        ...(reason !== '' && {reason}),
        ...(status === 'False' && {severity: 'Info'}),
        ...(message !== undefined && {message, severity: 'Error'}),
      })),
      ...(row.node !== undefined && {
        nodeRef: {apiVersion: 'v1', kind: 'Node', name: row.node},
        machineRef: {
          apiVersion: 'infrastructure.cluster.x-k8s.io/v1alpha1',
          kind: 'StaticMachine',
          name: row.name.replace('bm-', 'bare-metal-'),
          namespace: machineNamespace,
        },
      }),
    },
  };
}
