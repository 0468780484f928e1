/** Reads the Status of an answer that is not a success, and makes one of what a proxy or a strange server said instead. */
import {type Fields, isFields} from './fields.ts';
import type {KubeResponse, KubeStream} from './kube-port.ts';
import {type Phrase, phrase, sayInEnglish} from './messages/phrase.ts';
import {type KubeStatus, type StatusCause, StatusError} from './status-error.ts';
import {visibleLine} from './visible-line.ts';

/** A Status is small; what is longer is no Status and its first line is enough. */
const statusBytesMax = 1_000_000;

export function readStatus({status: code, headers, body}: KubeResponse): KubeStatus {
  const parsed = parseJson(body);
  const retryAfterSeconds = readRetryAfter(headers);
  if (!isFields(parsed) || parsed.kind !== 'Status') {
    return {code, reason: '', message: sayInEnglish(strangeAnswer(code, body)), causes: [], ...withRetry(retryAfterSeconds)};
  }
  const details = isFields(parsed.details) ? parsed.details : {};
  const fromBody = typeof details.retryAfterSeconds === 'number' && details.retryAfterSeconds > 0 ? details.retryAfterSeconds : undefined;
  return {
    code: typeof parsed.code === 'number' ? parsed.code : code,
    reason: wordOf(parsed, 'reason') ?? '',
    message: wordOf(parsed, 'message') ?? sayInEnglish(phrase('connect.emptyAnswer', code)),
    causes: Array.isArray(details.causes) ? details.causes.filter(isFields).map(readCause) : [],
    ...withRetry(retryAfterSeconds ?? fromBody),
  };
}

/** The Status of a stream that was not granted; reads its body to the end. */
export async function readStreamStatus({status, headers, body}: KubeStream): Promise<KubeStatus> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > statusBytesMax) break;
  }
  return readStatus({status, headers, body: textOf(chunks)});
}

/** Throws StatusError for everything but a success. */
export function expectOk(response: KubeResponse): KubeResponse {
  if (response.status >= 200 && response.status < 300) return response;
  throw new StatusError(readStatus(response));
}

function textOf(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map(chunk => decoder.decode(chunk, {stream: true})).join('') + decoder.decode();
}

function readCause(cause: Fields): StatusCause {
  const [reason, message, field] = [wordOf(cause, 'reason'), wordOf(cause, 'message'), wordOf(cause, 'field')];
  return {...(reason && {reason}), ...(message && {message}), ...(field && {field})};
}

function wordOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function withRetry(seconds: number | undefined) {
  return seconds === undefined ? {} : {retryAfterSeconds: seconds};
}

/** A date is measured against the server's own Date, so that our clock does not matter. */
function readRetryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const given = headers['retry-after']?.trim();
  if (given === undefined || given === '') return undefined;
  if (/^\d+$/.test(given)) return Number(given);
  const waitMs = Date.parse(given) - Date.parse(headers.date ?? '');
  return Number.isNaN(waitMs) ? undefined : Math.max(0, Math.ceil(waitMs / 1000));
}

/** Of an HTML page its title says most. */
function strangeAnswer(code: number, body: string): Phrase {
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]?.trim();
  const line =
    title ||
    body
      .split('\n')
      .find(text => text.trim() !== '')
      ?.trim();
  return line ? phrase('connect.notKubernetes', code, visibleLine(line)) : phrase('connect.emptyAnswer', code);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
