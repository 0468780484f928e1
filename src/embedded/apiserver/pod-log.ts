/** GET pods/NAME/log: what a container wrote, narrowed as asked for, and what it goes on to write. */
import type {ApiAnswer, ApiCall, EventSource} from './api-call.ts';
import {isTrue} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {whenContainerEnds} from './container-life.ts';
import {noKubelet} from './pod-connect.ts';
import {chooseContainer, isRunning, logLife, nodeOf} from './pod-containers.ts';
import type {LogLine} from './pod-runtime.ts';
import type {Target} from './request-target.ts';
import type {ServerState} from './server-state.ts';
import {currentObject} from './update-handlers.ts';

type LogOptions = {
  readonly tailLines: number | undefined;
  readonly sinceMs: number;
  readonly bytesMax: number;
  readonly hasTimestamps: boolean;
};

const headers = {'content-type': 'text/plain'};
/** Lines of the past go out in pieces of about this size. */
const pieceChars = 64 * 1024;

export function answerLog(state: ServerState, target: Target, name: string, call: ApiCall): ApiAnswer {
  const {query} = call;
  const options = readOptions(query, name, state.clock.now());
  const pod = currentObject(state, target, name);
  const container = chooseContainer(pod, query.get('container'));
  const node = nodeOf(pod);
  if (node === undefined) return {status: 204, headers: {}, body: ''};
  if (state.runtime === undefined) throw noKubelet(node);
  const life = logLife(pod, container, isTrue(query.get('previous')));
  const log = state.runtime.log({pod, container}, life);
  if (log === undefined) return {status: 200, headers, body: ''};
  const controller = new AbortController();
  // Only a container that still lives goes on, and only while it does.
  const isFollowed = isTrue(query.get('follow')) && life === 'present' && isRunning(pod, container);
  const later = isFollowed ? log.follow(controller.signal) : noLines();
  if (isFollowed) {
    const stop = whenContainerEnds(state, {pod, container}, () => controller.abort());
    controller.signal.addEventListener('abort', stop, {once: true});
  }
  return {status: 200, headers, events: logEvents(selectPast(log.past, options), later, options, controller)};
}

function selectPast(past: readonly LogLine[], {tailLines, sinceMs}: LogOptions): readonly LogLine[] {
  const recent = past.filter(({atMs}) => atMs >= sinceMs);
  return tailLines === undefined ? recent : tailLines === 0 ? [] : recent.slice(-tailLines);
}

function logEvents(past: readonly LogLine[], later: AsyncIterable<LogLine>, options: LogOptions, controller: AbortController): EventSource {
  const lines = pieces(past, later, options);
  return {
    next: async () => {
      const {done, value} = await lines.next();
      return done === true || controller.signal.aborted ? undefined : value;
    },
    close: () => controller.abort(),
  };
}

async function* pieces(past: readonly LogLine[], later: AsyncIterable<LogLine>, options: LogOptions): AsyncGenerator<string> {
  let bytesLeft = options.bytesMax;
  const take = (text: string) => {
    const bytes = Buffer.from(text);
    const kept = bytes.subarray(0, bytesLeft);
    bytesLeft -= kept.length;
    return kept.length === bytes.length ? text : kept.toString('utf8');
  };
  let piece = '';
  for (const line of past) {
    piece += write(line, options);
    if (piece.length < pieceChars) continue;
    yield take(piece);
    piece = '';
  }
  if (piece !== '') yield take(piece);
  if (bytesLeft === 0) return;
  for await (const line of later) {
    yield take(write(line, options));
    if (bytesLeft === 0) return;
  }
}

function write({atMs, text}: LogLine, {hasTimestamps}: LogOptions): string {
  return hasTimestamps ? `${new Date(atMs).toISOString().replace('Z', '000000Z')} ${text}\n` : `${text}\n`;
}

function readOptions(query: URLSearchParams, name: string, nowMs: number): LogOptions {
  const [tailLines, limitBytes, sinceSeconds] = ['tailLines', 'limitBytes', 'sinceSeconds'].map(field => readCount(query, field));
  const sinceTime = query.get('sinceTime');
  const refuse = (field: string, reason: string, message: string) =>
    ApiFault.invalid({kind: 'PodLogOptions', group: ''}, name, [{reason, message, field}]);
  if (tailLines !== undefined && tailLines < 0)
    throw refuse('tailLines', 'FieldValueInvalid', invalid(tailLines, 'must be greater than or equal to 0'));
  if (limitBytes !== undefined && limitBytes < 1)
    throw refuse('limitBytes', 'FieldValueInvalid', invalid(limitBytes, 'must be greater than 0'));
  if (sinceSeconds !== undefined && sinceTime !== null) {
    throw refuse('', 'FieldValueForbidden', 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (sinceSeconds !== undefined && sinceSeconds < 1)
    throw refuse('sinceSeconds', 'FieldValueInvalid', invalid(sinceSeconds, 'must be greater than 0'));
  return {
    tailLines,
    bytesMax: limitBytes ?? Number.POSITIVE_INFINITY,
    sinceMs: sinceSeconds === undefined ? readTime(sinceTime) : nowMs - sinceSeconds * 1000,
    hasTimestamps: isTrue(query.get('timestamps')),
  };
}

function readCount(query: URLSearchParams, field: string): number | undefined {
  const given = query.get(field);
  if (given === null || given === '') return undefined;
  if (/^-?\d+$/.test(given)) return Number(given);
  throw ApiFault.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(given)}: invalid syntax`);
}

function readTime(given: string | null): number {
  return given === null ? Number.NEGATIVE_INFINITY : Date.parse(given) || Number.NEGATIVE_INFINITY;
}

function invalid(value: number, why: string): string {
  return `Invalid value: ${value}: ${why}`;
}

async function* noLines(): AsyncGenerator<LogLine> {}
