/** An answer of Patroni's REST API as curl prints it for us: the body, and at the end, behind a space or on a line of its own, the status. */
import {type Fields, isFields} from '../fields.ts';

export type PatroniAnswer = {
  readonly status: number;
  readonly body: string;
};

/** undefined where nothing answered: curl then prints no status, or 000. */
export function readPatroniAnswer(printed: string): PatroniAnswer | undefined {
  const match = /^([\s\S]*)[\n ](\d{3})\s*$/.exec(printed);
  if (match === null || match[2] === '000') return undefined;
  return {status: Number(match[2]), body: (match[1] ?? '').trim()};
}

/** undefined where the body is no JSON object: an error page, or an answer that was cut. */
export function readBody(body: string): Fields | undefined {
  const value = parseJson(body);
  return isFields(value) ? value : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
