/**
 * What Patroni answers to POST /switchover, as data. No answer proves that the leader has changed, and no refusal with 503
 * proves that it will not: the topology alone tells.
 */
import type {PatroniAnswer} from './patroni-answer.ts';

export type SwitchoverAnswer =
  /** Says that `leader` holds the lock now. */
  | {readonly kind: 'done'; readonly leader: string}
  /** It was never tried. */
  | {readonly kind: 'refused'; readonly message: string}
  /** The leader looked and declined, or has not ended in time: it may still happen. */
  | {readonly kind: 'open'; readonly message: string}
  /** Nobody heard one, which says nothing: it may still happen. */
  | {readonly kind: 'unheard'};

const refusedStatuses: ReadonlySet<number> = new Set([400, 401, 403, 404, 412]);

export function readSwitchoverAnswer(answer: PatroniAnswer | undefined, candidate: string): SwitchoverAnswer {
  if (answer === undefined) return {kind: 'unheard'};
  const {status, body} = answer;
  const message = `${status} ${firstWords(body)}`.trim();
  if (refusedStatuses.has(status)) return {kind: 'refused', message};
  if (status !== 200) return {kind: 'open', message};
  const instead = /^Switched over to "([^"]+)" instead of/.exec(body);
  return {kind: 'done', leader: instead?.[1] ?? candidate};
}

/** An error page of Patroni's web server holds its message in HTML. */
function firstWords(body: string): string {
  const text = /<p>Message: ([^<]*)<\/p>/.exec(body)?.[1] ?? body.replaceAll(/<[^>]*>/g, ' ');
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
}
