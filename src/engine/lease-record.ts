/** A coordination.k8s.io/v1 Lease as it stands on the server, and as it is written. */
import {type Fields, readFields, readNumber, readString} from '../domain/fields.ts';
import type {KindRef} from '../domain/object-ref.ts';

export const leaseKind: KindRef = {group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', isNamespaced: true};

export type LeaseRecord = {
  /** '' where nobody holds it. */
  readonly holder: string;
  /** What the holder promised when it wrote; 0 where it promised nothing. */
  readonly durationMs: number;
  /** How often it went from one holder to another. */
  readonly transitions: number;
  /** As written by the holder's clock: shown, never judged by. */
  readonly acquiredAt: string;
  readonly renewedAt: string;
  readonly annotations: Fields;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The whole object: what others wrote into it is sent back unchanged. */
  readonly object: Fields;
};

export function readLease(object: Fields): LeaseRecord {
  return {
    holder: readString(object, 'spec.holderIdentity') ?? '',
    durationMs: (readNumber(object, 'spec.leaseDurationSeconds') ?? 0) * 1000,
    transitions: readNumber(object, 'spec.leaseTransitions') ?? 0,
    acquiredAt: readString(object, 'spec.acquireTime') ?? '',
    renewedAt: readString(object, 'spec.renewTime') ?? '',
    annotations: readFields(object, 'metadata.annotations'),
    uid: readString(object, 'metadata.uid') ?? '',
    resourceVersion: readString(object, 'metadata.resourceVersion') ?? '',
    object,
  };
}

export type LeaseTerm = Pick<LeaseRecord, 'holder' | 'durationMs' | 'transitions' | 'acquiredAt' | 'renewedAt'>;

/** The object to send: over `before` where there is one, whose resourceVersion then makes the write a compare-and-swap. */
export function writeLease(before: Fields, term: LeaseTerm, annotations: Readonly<Record<string, string>>): Fields {
  const {holder, durationMs, transitions, acquiredAt, renewedAt} = term;
  return {
    ...before,
    metadata: {...readFields(before, 'metadata'), annotations: {...readFields(before, 'metadata.annotations'), ...annotations}},
    spec: {
      ...readFields(before, 'spec'),
      holderIdentity: holder,
      leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
      leaseTransitions: transitions,
      acquireTime: acquiredAt,
      renewTime: renewedAt,
    },
  };
}

/** MicroTime has six digits, and the API server takes nothing else. */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
