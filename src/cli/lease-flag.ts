/** `--leases DURATION/DEADLINE/RETRY`: how long the leases of an engine last, alike for the controller and for one that follows a single run. */
import {InvalidArgumentError, Option} from 'commander';
import type {LeaseSettings} from '../engine/lease-terms.ts';

/** A lease must be believed in for longer than a renewal and an effect take. */
const effectMs = 2_000;

export function leaseFlag(where: string): Option {
  const text = `${where}duration/deadline/retry of its leases (default: 15/10/2)`;
  return new Option('--leases <seconds>', text).argParser(readLeases);
}

function readLeases(text: string): LeaseSettings {
  const parts = text.split('/').map(part => (/^\d+(\.\d+)?$/.test(part) ? Number(part) * 1000 : Number.NaN));
  const [durationMs = Number.NaN, renewDeadlineMs = Number.NaN, retryMs = Number.NaN] = parts;
  if (parts.length === 3 && retryMs > 0 && renewDeadlineMs >= retryMs + effectMs && durationMs > renewDeadlineMs) {
    return {durationMs, renewDeadlineMs, retryMs};
  }
  throw new InvalidArgumentError(
    'It takes three numbers of seconds such as 15/10/2: the first greater than the second, that greater than the third by 2 or more.',
  );
}
