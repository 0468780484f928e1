/**
 * A small file that somebody else replaces from time to time (a projected token, a rotated certificate): read again once a
 * minute, and at once when told that its content was refused.
 */
import {readFile} from 'node:fs/promises';
import type {Clock} from '../domain/clock.ts';
import {errorCode} from './error-code.ts';

const rereadIntervalMs = 60_000;

export type RereadFile = {
  /** Throws what the file system throws if the file was never readable; later it goes on with what it held. */
  read(): Promise<string>;
  /** The next read looks at the file again. */
  expire(): void;
};

export function rereadFile(path: string, clock: Clock, onStale: (path: string, code: string) => void): RereadFile {
  let held: {readonly text: string; readonly readAt: number} | undefined;
  let reading: Promise<string> | undefined;

  async function readAgain(): Promise<string> {
    try {
      const text = await readFile(path, 'utf8');
      held = {text, readAt: clock.monotonic()};
      return text;
    } catch (error) {
      if (held === undefined) throw error;
      onStale(path, errorCode(error));
      held = {text: held.text, readAt: clock.monotonic()};
      return held.text;
    } finally {
      reading = undefined;
    }
  }

  return {
    async read() {
      if (held !== undefined && clock.monotonic() - held.readAt < rereadIntervalMs) return held.text;
      reading ??= readAgain();
      return reading;
    },
    expire() {
      if (held !== undefined) held = {text: held.text, readAt: Number.NEGATIVE_INFINITY};
    },
  };
}
