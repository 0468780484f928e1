/**
 * Sends one effect and says what became of it. Nothing is retried here: whether sending again is safe depends on the
 * step's class, which the executor knows.
 */
import {type Fields, isFields} from '../domain/fields.ts';
import {FileFault} from '../domain/files.ts';
import {type KubePort, type KubeRequest, TransportError} from '../domain/kube-port.ts';
import type {Effect, ExecEffect, KubeWrite, SaveEffect} from '../domain/kube-write.ts';
import {type KindRef, objectFor, objectPath} from '../domain/object-ref.ts';
import {maskText} from '../domain/page/secret-text.ts';
import {apiVersionOf} from '../domain/resource.ts';
import {StatusError} from '../domain/status-error.ts';
import type {Words} from '../domain/words.ts';
import {fillSecrets} from './fill-secrets.ts';
import {KnownSecrets} from './known-secrets.ts';
import {KubeClient} from './kube-client.ts';
import type {EnginePorts} from './ports.ts';

/** Set on what a run creates, so that it knows its own child again. */
export const runAnnotation = 'deckhand.dev/run';
/** The answer to the deletion of what is not there. */
export const goneAlready = 'was gone already';

export type Outcome =
  /** Done; `isOurs` false: it was so already (a deletion of what is gone). */
  | {readonly kind: 'applied'; readonly text: string}
  /** The object has changed since it was looked at: look again. */
  | {readonly kind: 'conflict'; readonly message: string}
  /** Not now (429, 503): a PodDisruptionBudget, or a busy server. */
  | {readonly kind: 'busy'; readonly message: string; readonly retryAfterMs: number | undefined}
  /** The server understood and says no. */
  | {readonly kind: 'refused'; readonly reason: string; readonly message: string | Words}
  /** No answer, or one that leaves it open: it may have happened. */
  | {readonly kind: 'unknown'; readonly message: string | Words};

type Parts = Pick<EnginePorts, 'kube' | 'exec' | 'maskedValue' | 'files'>;

export async function performEffect(parts: Parts, effect: Effect, key: string, secrets = new KnownSecrets()): Promise<Outcome> {
  try {
    return hideIn(await send({...parts, secrets}, effect, key), secrets);
  } catch (error) {
    return hideIn(outcomeOf(error), secrets);
  }
}

function send(parts: Parts & {readonly secrets: KnownSecrets}, effect: Effect, key: string): Promise<Outcome> {
  if (effect.kind === 'exec') return runCommand(parts, effect);
  return effect.kind === 'save' ? save(parts, effect) : sendWrite(parts, effect, key);
}

async function save(parts: Parts & {readonly secrets: KnownSecrets}, {path, content}: SaveEffect): Promise<Outcome> {
  if (parts.files === undefined) return noFiles(path);
  const text = typeof content === 'string' ? content : `${JSON.stringify(await fillSecrets(parts, content), undefined, 2)}\n`;
  await parts.files.save(path, text);
  return {kind: 'applied', text: `written to ${path} on ${parts.files.owner}`};
}

function noFiles(path: string): Outcome {
  const message = {
    en: `${path} is a file on somebody's machine, and this engine has none: carry the run on from a dashboard there`,
    ru: `${path} — файл на чьей-то машине, у этого движка файлов нет: продолжите запуск из deckhand на той машине`,
  };
  return {kind: 'refused', reason: 'NoFiles', message};
}

/** A server that refuses a value says it, and so may a command. */
function hideIn(outcome: Outcome, secrets: KnownSecrets): Outcome {
  const hide = (text: string): string => secrets.hideText(maskText(text));
  if (outcome.kind === 'applied') return {...outcome, text: hide(outcome.text)};
  const {message} = outcome;
  if (typeof message === 'string') return {...outcome, message: hide(message)};
  const words = {en: hide(message.en), ru: hide(message.ru)};
  return outcome.kind === 'refused' ? {...outcome, message: words} : {kind: 'unknown', message: words};
}

async function sendWrite(parts: Parts & {readonly secrets: KnownSecrets}, write: KubeWrite, key: string): Promise<Outcome> {
  const client = new KubeClient(parts.kube);
  switch (write.kind) {
    case 'patch': {
      const {uid, resourceVersion} = write;
      const metadata = isFields(write.patch.metadata) ? write.patch.metadata : {};
      const patch = await fillSecrets(parts, {...write.patch, metadata: {...metadata, uid, resourceVersion}});
      const object = await client.patch(write.ref, patch, write.subresource);
      return applied(object.metadata.resourceVersion);
    }
    case 'replace': {
      const object = await client.replace(write.ref, await fillSecrets(parts, write.object), write.subresource);
      return applied(object.metadata.resourceVersion);
    }
    case 'create':
      return create(client, write, await fillSecrets(parts, marked(write, key)), key);
    case 'delete': {
      const {propagation, gracePeriodSeconds, uid, resourceVersion} = write;
      const isDeleted = await client.delete(write.ref, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: propagation,
        preconditions: {uid, ...(resourceVersion === undefined ? {} : {resourceVersion})},
        ...(gracePeriodSeconds === undefined ? {} : {gracePeriodSeconds}),
      });
      return {kind: 'applied', text: isDeleted ? 'deleted' : goneAlready};
    }
    case 'evict':
      return evict(parts.kube, write);
  }
}

function applied(resourceVersion: string): Outcome {
  return {kind: 'applied', text: `resourceVersion ${resourceVersion}`};
}

function marked(write: Extract<KubeWrite, {kind: 'create'}>, key: string): Fields {
  const object = objectFor(write.ref, write.object);
  const metadata = isFields(object.metadata) ? object.metadata : {};
  const annotations = isFields(metadata.annotations) ? metadata.annotations : {};
  return {...object, metadata: {...metadata, annotations: {...annotations, [runAnnotation]: key}}};
}

/** That the object exists is an answer: ours from before the crash, or somebody else's. */
async function create(client: KubeClient, {ref}: KubeWrite, object: Fields, key: string): Promise<Outcome> {
  try {
    return applied((await client.create(ref, object)).metadata.resourceVersion);
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
    const found = await client.get(ref);
    if (found === undefined) return {kind: 'conflict', message: error.message};
    if (found.metadata.annotations?.[runAnnotation] === key) return applied(found.metadata.resourceVersion);
    return {
      kind: 'refused',
      reason: 'AlreadyExists',
      message: {
        en: `${error.message}; it was not made by this run`,
        ru: `${error.message}; создал его не этот запуск`,
      },
    };
  }
}

async function evict(kube: KubePort, {ref, uid, gracePeriodSeconds}: Extract<KubeWrite, {kind: 'evict'}>): Promise<Outcome> {
  const client = new KubeClient(kube);
  const deleteOptions = {preconditions: {uid}, ...(gracePeriodSeconds === undefined ? {} : {gracePeriodSeconds})};
  try {
    await client.post(objectPath(ref, 'eviction'), {
      apiVersion: apiVersionOf({group: 'policy', version: 'v1'}),
      kind: 'Eviction',
      metadata: {name: ref.name, ...(ref.namespace === undefined ? {} : {namespace: ref.namespace})},
      deleteOptions,
    });
    return {kind: 'applied', text: 'evicted'};
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 404) return {kind: 'applied', text: goneAlready};
    throw error;
  }
}

const podKind: KindRef = {group: '', version: 'v1', plural: 'pods', kind: 'Pod', isNamespaced: true};

/** A pod of the same name is not the same pod: a StatefulSet makes its members anew under their names. */
async function runCommand({kube, exec, files}: Parts, command: ExecEffect): Promise<Outcome> {
  if (exec === undefined)
    return {
      kind: 'refused',
      reason: 'NoExec',
      message: {en: 'this engine has no way into containers', ru: 'у этого движка нет доступа в контейнеры'},
    };
  const {input, output} = command;
  const file = [input, output].find(place => place?.kind === 'file');
  if (file?.kind === 'file' && files === undefined) return noFiles(file.path);
  for (const place of output?.kind === 'command' ? [command, output] : [command]) {
    const replaced = await podReplaced(kube, place);
    if (replaced !== undefined) return replaced;
  }
  const {exitCode, stdout, stderr} = await exec(command);
  if (exitCode === undefined) {
    const message = {
      en: 'the connection ended before the command told its outcome',
      ru: 'связь прервалась раньше, чем команда сообщила итог',
    };
    return {kind: 'unknown', message};
  }
  if (exitCode === 0) return {kind: 'applied', text: lastLine(stdout)};
  const said = lastLine(stderr) || lastLine(stdout);
  return {kind: 'refused', reason: 'CommandFailed', message: {en: `exit code ${exitCode}: ${said}`, ru: `код выхода ${exitCode}: ${said}`}};
}

async function podReplaced(
  kube: KubePort,
  {namespace, pod, podUid}: Pick<ExecEffect, 'namespace' | 'pod' | 'podUid'>,
): Promise<Outcome | undefined> {
  const live = await new KubeClient(kube).get({kind: podKind, namespace, name: pod});
  if (live?.metadata.uid === podUid) return undefined;
  const isGone = live === undefined;
  const message = {
    en: `the pod ${namespace}/${pod} ${isGone ? 'is gone' : 'was deleted and made anew'}: nothing was run in it`,
    ru: `${isGone ? `пода ${namespace}/${pod} больше нет` : `под ${namespace}/${pod} удалён и создан заново`}: в нём ничего не запускали`,
  };
  return {kind: 'refused', reason: 'PodReplaced', message};
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.slice(0, 200) ?? '';
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof FileFault) return {kind: 'refused', reason: 'FileFault', message: error.message};
  if (error instanceof TransportError) return {kind: 'unknown', message: error.message};
  if (!(error instanceof StatusError)) throw error;
  const {code, reason, message, retryAfterSeconds} = error.status;
  if (code === 409) return {kind: 'conflict', message};
  if (code === 429 || code === 503) {
    const budget = budgetOf(error);
    return {kind: 'busy', message: budget ?? message, retryAfterMs: retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000};
  }
  if (code >= 500) return {kind: 'unknown', message};
  return {kind: 'refused', reason: reason === '' ? `Answer${code}` : reason, message};
}

function budgetOf({status}: StatusError): string | undefined {
  const cause = status.causes.find(each => each.reason === 'DisruptionBudget');
  return cause === undefined ? undefined : `${status.message} ${cause.message ?? ''}`.trim();
}

/** Asks the server what a write would do, and does nothing. */
export async function dryRunWrite(
  parts: Parts,
  write: KubeWrite,
): Promise<{readonly outcome: Outcome; readonly after: Fields | undefined}> {
  let after: Fields | undefined;
  const kube: KubePort = {
    stream: request => parts.kube.stream(request),
    request: async request => {
      if (request.method === 'GET') return parts.kube.request(request);
      const answer = await parts.kube.request(asDryRun(request));
      const body: unknown = answer.status < 300 ? JSON.parse(answer.body) : undefined;
      if (!isFields(body) || !isFields(body.metadata)) return answer;
      after = body;
      // What was not stored has no version.
      return {...answer, body: JSON.stringify({...body, metadata: {resourceVersion: '', ...body.metadata}})};
    },
  };
  const secrets = new KnownSecrets();
  const outcome = await performEffect({...parts, kube}, write, 'dry-run', secrets);
  const shown = secrets.hide(after);
  return {outcome, after: isFields(shown) ? shown : undefined};
}

/** A DELETE with a body takes its options from there and from nowhere else. */
function asDryRun(request: KubeRequest): KubeRequest {
  if (request.method === 'DELETE') {
    const options: unknown = typeof request.body === 'string' ? JSON.parse(request.body) : {};
    return {...request, body: JSON.stringify({...(isFields(options) ? options : {}), dryRun: ['All']})};
  }
  return {...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}dryRun=All`};
}
