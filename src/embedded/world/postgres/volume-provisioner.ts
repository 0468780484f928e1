/**
 * Makes and removes the disks of claims, as an external provisioner does: a PersistentVolume for a claim that has found its
 * node, and its end where the claim is gone and the reclaim policy says Delete. Who keeps the disks themselves is a port.
 */
import type {Clock} from '../../../domain/clock.ts';
import {type Fields, readFields, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {type Draft, WorldClient} from '../world-client.ts';
import {createSay, type Say} from './events.ts';
import {type HearTrouble, type Running, startLoop} from './loop.ts';
import {isLeaving, refOfClaim, unlessOutrun, volumeRef} from './objects.ts';

export type Disks = {
  create(volume: KubeObject, claim: KubeObject): Promise<void>;
  remove(volume: KubeObject): Promise<void>;
};

export type ProvisionerFaults = {
  /** Classes that can give no disk, with the reason that is told. */
  cannotProvision?: Readonly<Record<string, string>> | undefined;
  /** Nobody serves them: a claim waits without a word. */
  isProvisionerMissing?: boolean | undefined;
};

export type ProvisionerParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly disks: Disks;
  /** Names under which StorageClasses ask for it. */
  readonly provisioners?: readonly string[];
  /** What stands in the volume as its source. */
  readonly source?: (volume: string, provisioner: string) => Fields;
  readonly faults?: ProvisionerFaults;
  readonly onTrouble?: HearTrouble;
};

export const folderProvisioner = 'deckhand.local/folder';

const selectedNode = 'volume.kubernetes.io/selected-node';
const provisionedBy = 'pv.kubernetes.io/provisioned-by';
const csiSource = (volume: string, driver: string): Fields => ({csi: {driver, volumeHandle: volume}});

export function startVolumeProvisioner(parts: ProvisionerParts): Running {
  const {port, clock, onTrouble} = parts;
  const client = new WorldClient(port);
  const say = createSay(client, clock);
  return startLoop({
    port,
    clock,
    who: 'provisioner',
    everyMs: 5000,
    hears: ['/api/v1/persistentvolumeclaims', '/api/v1/persistentvolumes'],
    onTrouble,
    async work() {
      await provide(client, parts, say);
      await reclaim(client, parts);
      return undefined;
    },
  });
}

async function provide(client: WorldClient, parts: ProvisionerParts, say: Say): Promise<void> {
  const {provisioners = [folderProvisioner], faults = {}} = parts;
  if (faults.isProvisionerMissing === true) return;
  const claims = (await client.list('v1', 'PersistentVolumeClaim')).filter(claim => isWaiting(claim));
  if (claims.length === 0) return;
  const kept = new Set((await client.list('v1', 'PersistentVolume')).flatMap(volume => keptFor(volume)));
  const classes = new Map((await client.list('storage.k8s.io/v1', 'StorageClass')).map(each => [each.metadata.name, each]));
  for (const claim of claims.filter(({metadata}) => !kept.has(`${metadata.namespace}/${metadata.name}`))) {
    const storageClass = classes.get(readString(claim, 'spec.storageClassName') ?? '');
    if (storageClass === undefined || !provisioners.includes(readString(storageClass, 'provisioner') ?? '')) continue;
    const isPatient = readString(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer';
    if (isPatient && claim.metadata.annotations?.[selectedNode] === undefined) continue;
    await provideOne(client, parts, {claim, storageClass, say});
  }
}

type Wish = {readonly claim: KubeObject; readonly storageClass: KubeObject; readonly say: Say};

async function provideOne(client: WorldClient, parts: ProvisionerParts, {claim, storageClass, say}: Wish): Promise<void> {
  const {disks, source = csiSource, faults = {}} = parts;
  const provisioner = readString(storageClass, 'provisioner') ?? '';
  const event = {about: claim, kind: 'PersistentVolumeClaim', source: provisioner} as const;
  const refusal = faults.cannotProvision?.[storageClass.metadata.name];
  if (refusal !== undefined) {
    const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${refusal}`;
    await say({...event, type: 'Warning', reason: 'ProvisioningFailed', message});
    return;
  }
  const name = `pvc-${claim.metadata.uid}`;
  if ((await client.find(volumeRef(name))) !== undefined) return;
  const kind = {provisioner, reclaimPolicy: readString(storageClass, 'reclaimPolicy') ?? 'Delete', name: storageClass.metadata.name};
  const draft = volumeDraft(name, claim, kind, source(name, provisioner));
  await disks.create({...draft, metadata: {name, uid: '', resourceVersion: ''}}, claim);
  await unlessOutrun(client.create(draft));
  await say({...event, type: 'Normal', reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${name}`});
}

/** The claim that may take it, whoever makes that: the scheduler takes such a volume before it asks for a new one. */
function keptFor(volume: KubeObject): readonly string[] {
  const {name, namespace, uid} = readFields(volume, 'spec.claimRef');
  return name === undefined || uid !== undefined ? [] : [`${String(namespace)}/${String(name)}`];
}

function isWaiting(claim: KubeObject): boolean {
  return readString(claim, 'spec.volumeName') === undefined && !isLeaving(claim);
}

type VolumeKind = {readonly provisioner: string; readonly reclaimPolicy: string; readonly name: string};

export function volumeDraft(
  name: string,
  claim: KubeObject,
  {provisioner, reclaimPolicy, name: className}: VolumeKind,
  source: Fields,
): Draft {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      annotations: {[provisionedBy]: provisioner},
      finalizers: ['kubernetes.io/pv-protection'],
    },
    spec: {
      capacity: {storage: readString(claim, 'spec.resources.requests.storage') ?? '1Gi'},
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: className,
      volumeMode: 'Filesystem',
      claimRef: {...refOfClaim(claim), uid: claim.metadata.uid, resourceVersion: claim.metadata.resourceVersion},
      ...source,
    },
  };
}

async function reclaim(client: WorldClient, {provisioners = [folderProvisioner], disks}: ProvisionerParts): Promise<void> {
  for (const volume of await client.list('v1', 'PersistentVolume')) {
    const isOurs = provisioners.includes(volume.metadata.annotations?.[provisionedBy] ?? '');
    const isDue =
      readString(volume, 'status.phase') === 'Released' && readString(volume, 'spec.persistentVolumeReclaimPolicy') === 'Delete';
    if (!isOurs || !isDue || isLeaving(volume)) continue;
    await disks.remove(volume);
    await client.remove(volumeRef(volume.metadata.name), {preconditions: {uid: volume.metadata.uid}});
  }
}
