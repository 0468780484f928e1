/** GET /config of Patroni: the settings of the whole cluster, with Patroni's own defaults where they are silent. */
import {readField, readNumber} from '../fields.ts';
import {readBody} from './patroni-answer.ts';

export type PatroniSettings = {
  readonly ttlSeconds: number;
  readonly loopSeconds: number;
  /** A replica further behind is not promoted. */
  readonly failoverLagMax: number;
  readonly isSynchronous: boolean;
  /** Without a synchronous standby every write waits. */
  readonly isStrict: boolean;
};

export function readPatroniSettings(body: string): PatroniSettings | undefined {
  const document = readBody(body);
  if (document === undefined) return undefined;
  const isOn = (key: string): boolean => [true, 'on'].some(word => word === readField(document, key));
  const synchronous = readField(document, 'synchronous_mode');
  return {
    ttlSeconds: readNumber(document, 'ttl') ?? 30,
    loopSeconds: readNumber(document, 'loop_wait') ?? 10,
    failoverLagMax: readNumber(document, 'maximum_lag_on_failover') ?? 1_048_576,
    isSynchronous: isOn('synchronous_mode') || synchronous === 'quorum',
    isStrict: isOn('synchronous_mode_strict'),
  };
}
