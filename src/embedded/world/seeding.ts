/** What each seed gets: the client, the moment at which the demo starts, and times relative to it. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Draft, WorldClient} from './world-client.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export class Seeding {
  readonly client: WorldClient;
  readonly nowMs: number;

  constructor(client: WorldClient, nowMs: number) {
    this.client = client;
    this.nowMs = nowMs;
  }

  /** RFC 3339, whole seconds; negative ages lie ahead. */
  ago(ageMs: number): string {
    return timestamp(this.nowMs - ageMs);
  }

  create(draft: Draft, ageMs: number): Promise<KubeObject> {
    return this.client.create(draft, ageMs);
  }
}

export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The form in which the platform names a moment in messages: `17 Oct 19 15:33 UTC`. */
export function rfc822(epochMs: number): string {
  const [, dayOfMonth = '', month = '', year = '', clock = ''] =
    /^\w+, (\d+) (\w+) \d\d(\d\d) (\d\d:\d\d)/.exec(new Date(epochMs).toUTCString()) ?? [];
  return `${dayOfMonth} ${month} ${year} ${clock} UTC`;
}

/** A stable pseudo-random number in [0, 1) for a text: the same object looks the same at every start. */
export function spread(text: string): number {
  let hash = 2_166_136_261;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return (hash >>> 0) / 2 ** 32;
}

/** Stable lower-case hexadecimal digits for a text. */
export function digits(text: string, count: number): string {
  let found = '';
  for (let round = 0; found.length < count; round += 1)
    found += Math.floor(spread(`${text}/${round}`) * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return found.slice(0, count);
}
