/** Why a run changed hands: whoever reads its log tells a holder that died from one that had nothing left to do. */
import type {Fields} from '../domain/fields.ts';
import type {Phase, RunStatus} from '../domain/run.ts';
import type {LeaseRecord} from './lease-record.ts';

/** The lease as the one who took it found it; `undefined`: there was none. Absent where a journal stands in for leases. */
export type FoundLease = {readonly before: Pick<LeaseRecord, 'holder' | 'renewedAt'> | undefined};

const waits: Readonly<Partial<Record<Phase, string>>> = {
  AwaitingApproval: 'it waited for a person',
  Unknown: 'it waited for a person',
  Paused: 'it was paused',
};

export function takeoverEntry(
  status: Pick<RunStatus, 'phase' | 'holder'>,
  epoch: number,
  found: FoundLease | undefined,
): {readonly text: string; readonly data: Fields} {
  const {how, why} = whyTaken(status, found);
  return {text: `epoch ${epoch}: ${why}`, data: {how, from: found?.before?.holder || (status.holder?.identity ?? '')}};
}

function whyTaken({phase, holder}: Pick<RunStatus, 'phase' | 'holder'>, found: FoundLease | undefined): {how: string; why: string} {
  const last = holder?.identity ?? 'the engine before';
  const wait = waits[phase] ?? 'it handed the run over';
  if (found === undefined) return {how: 'journal', why: waits[phase] === undefined ? `${last} left it` : `${last} had left it: ${wait}`};
  if (found.before === undefined) return {how: 'no-lease', why: `there was no lease of ${last} any more`};
  const {holder: held, renewedAt} = found.before;
  if (held === '') return {how: 'released', why: `${last} had released it: ${wait}`};
  return {how: 'ran-out', why: `the lease of ${held} had run out, renewed last at ${renewedAt}: it died or was cut off`};
}
