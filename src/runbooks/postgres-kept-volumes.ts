/** The volumes of claims that a database has had: what a claim leaves behind where its volume is set to Retain. */
import {readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {claimTemplate, ordinalOf} from '../domain/postgres/postgres-cluster.ts';
import type {Reader} from '../engine/reader.ts';
import {type DatabaseName, volumeKind} from './postgres-kinds.ts';

export async function volumesOfClaims(reader: Reader, database: DatabaseName): Promise<readonly KubeObject[]> {
  return (await reader.list(volumeKind)).filter(volume => ordinalOfVolume(volume, database) !== undefined);
}

/** Of the member whose claim it was bound to; undefined for a volume of something else. */
export function ordinalOfVolume(volume: KubeObject, {namespace, name}: DatabaseName): number | undefined {
  const claim = readString(volume, 'spec.claimRef.name') ?? '';
  const isOurs = readString(volume, 'spec.claimRef.namespace') === namespace && claim.startsWith(`${claimTemplate}-`);
  return isOurs ? ordinalOf(name, claim.slice(claimTemplate.length + 1)) : undefined;
}
