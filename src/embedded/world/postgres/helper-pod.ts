/** A pod that is no member and mounts a claim: files are read and written on the disk behind it. */
import {readString} from '../../../domain/fields.ts';
import type {WorldClient} from '../world-client.ts';
import {type FilePlace, filePrograms} from './file-programs.ts';
import {claimsOf} from './objects.ts';
import type {Disk} from './postgres-state.ts';

type Run = Pick<FilePlace, 'input' | 'write'> & {readonly namespace: string; readonly pod: string; readonly command: readonly string[]};

/** The exit code; undefined where the pod has no such program, or no claim. */
export async function runInHelper(
  client: WorldClient,
  diskOf: (volume: string, capacity: string) => Disk,
  {namespace, pod, command: [name = '', ...args], ...io}: Run,
): Promise<number | undefined> {
  const program = filePrograms[name];
  const live = await client.find({apiVersion: 'v1', kind: 'Pod', name: pod, namespace});
  const [claimName = ''] = live === undefined ? [] : claimsOf(live);
  const claim = await client.find({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claimName, namespace});
  const volume = readString(claim, 'spec.volumeName');
  if (program === undefined || volume === undefined) return undefined;
  const disk = diskOf(volume, readString(claim, 'status.capacity.storage') ?? '1Gi');
  const usedBytes = () => Object.values(disk.files).reduce((sum, {bytes}) => sum + bytes.length, 0);
  return program(args, {...io, disk: () => ({files: disk.files, capacityBytes: disk.capacityBytes, usedBytes})});
}
