/** What a namespace lets its claims take, and whether that is enough for those that are to come. */
import {type Fields, readFields} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';
import {parseQuantity} from '../query/quantity.ts';

/** Claims and bytes that there will be at the most beside those of now: of all classes, and of one. */
export type ClaimNeed = {
  readonly claims: number;
  readonly bytes: number;
  readonly storageClass: string;
  readonly classClaims: number;
  readonly classBytes: number;
};

/** `hard` and `used` as the quota has them. */
export type QuotaShortage = {
  readonly quota: string;
  readonly resource: string;
  readonly hard: string;
  readonly used: string;
  readonly needed: number;
};

export function quotaShortages(quotas: readonly KubeObject[], need: ClaimNeed): readonly QuotaShortage[] {
  return quotas.flatMap(quota => shortagesOf(quota, need));
}

function shortagesOf(quota: KubeObject, need: ClaimNeed): readonly QuotaShortage[] {
  const {scopes, scopeSelector} = readFields(quota, 'spec');
  // Scopes choose among pods.
  if ((Array.isArray(scopes) && scopes.length > 0) || scopeSelector !== undefined) return [];
  const ofStatus = readFields(quota, 'status.hard');
  const hard = Object.keys(ofStatus).length === 0 ? readFields(quota, 'spec.hard') : ofStatus;
  const used = readFields(quota, 'status.used');
  return needsOf(need).flatMap(([resource, needed]) => {
    const [limit, taken] = [textAt(hard, resource), textAt(used, resource) ?? '0'];
    if (limit === undefined || needed === 0) return [];
    const [most, now] = [parseQuantity(limit), parseQuantity(taken)];
    if (most === undefined || now === undefined || now + needed <= most) return [];
    return [{quota: quota.metadata.name, resource, hard: limit, used: taken, needed}];
  });
}

function needsOf({claims, bytes, storageClass, classClaims, classBytes}: ClaimNeed): readonly (readonly [string, number])[] {
  const ofClass = `${storageClass}.storageclass.storage.k8s.io`;
  return [
    ['persistentvolumeclaims', claims],
    ['count/persistentvolumeclaims', claims],
    ['requests.storage', bytes],
    [`${ofClass}/persistentvolumeclaims`, classClaims],
    [`${ofClass}/requests.storage`, classBytes],
  ];
}

/** Names of resources have dots in them. */
function textAt(fields: Fields, resource: string): string | undefined {
  const value = fields[resource];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
