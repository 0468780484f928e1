/** Waits for a condition by asking again and again, and says what was seen last when the deadline passes. */
import {setTimeout as sleep} from 'node:timers/promises';

const POLL_INTERVAL_MS = 50;

export type WaitOptions = {
  readonly deadlineMs: number;
  /** Added to the error; the tail of a program's log, for instance. */
  readonly explain?: () => string;
  /** A reason why it can no longer come true: the wait ends at once. */
  readonly whyHopeless?: () => string | undefined;
};

/** Resolves with the first answer that is neither undefined nor false; a probe that throws has not answered yet. */
export async function waitUntil<Answer>(
  what: string,
  probe: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  options: WaitOptions,
): Promise<Answer> {
  const deadline = performance.now() + options.deadlineMs;
  let lastError = '';
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      lastError = '';
    } catch (error) {
      lastError = `; last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    const hopeless = options.whyHopeless?.();
    if (hopeless !== undefined) throw new Error(`${what}: ${hopeless}${explanation(options)}`);
    if (performance.now() >= deadline) {
      throw new Error(`${what}: not within ${options.deadlineMs} ms${lastError}${explanation(options)}`);
    }
    await sleep(POLL_INTERVAL_MS);
  }
}

function explanation(options: WaitOptions): string {
  return options.explain === undefined ? '' : `\n${options.explain()}`;
}
