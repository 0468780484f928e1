/** The reader over a live API server. What is served is asked once per group and remembered for the life of the reader. */
import {type Fields, isFields, readItems, readList, readString} from '../domain/fields.ts';
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {KindRef} from '../domain/object-ref.ts';
import {inEnglish} from '../domain/words.ts';
import {Refusal} from './define-runbook.ts';
import {KubeClient} from './kube-client.ts';
import {dryRunWrite} from './perform-effect.ts';
import type {EnginePorts} from './ports.ts';
import type {Reader} from './reader.ts';

export function createReader(ports: Pick<EnginePorts, 'kube' | 'clock' | 'exec' | 'files'>): Reader {
  const client = new KubeClient(ports.kube);
  const documents = new Map<string, Promise<Fields | undefined>>();
  const document = (path: string): Promise<Fields | undefined> => {
    const known = documents.get(path);
    if (known !== undefined) return known;
    const asked = client.document(path).catch((error: unknown) => {
      documents.delete(path);
      throw error;
    });
    documents.set(path, asked);
    return asked;
  };
  return {
    get: ref => client.get(ref),
    list: (kind, options) => client.list(kind, options),
    served: (group, plural, versions) => findServed(document, group, plural, versions),
    run: async command => {
      if (ports.exec === undefined)
        throw new Refusal('NoExec', {en: 'this engine has no way into containers', ru: 'у этого движка нет доступа в контейнеры'});
      const result = await ports.exec(command);
      if (result.exitCode === undefined) throw new TransportError('reset', phrase('connect.reset', `${command.namespace}/${command.pod}`));
      if (result.isCut === true)
        throw new Refusal('AnswerTooLong', {
          en: `${command.command[0] ?? ''} in ${command.namespace}/${command.pod} says more than is read: its beginning is no answer`,
          ru: `${command.command[0] ?? ''} в ${command.namespace}/${command.pod} выводит больше, чем читается: начало — не ответ`,
        });
      return result;
    },
    rehearse: async write => {
      const {outcome} = await dryRunWrite(ports, write);
      if (outcome.kind !== 'refused') return undefined;
      const why = inEnglish(outcome.message);
      return isDenial(outcome.reason, why) ? why : undefined;
    },
    ...(ports.files === undefined ? {} : {files: ports.files}),
    now: () => ports.clock.now(),
  };
}

/** By a policy, a webhook or the schema; rights that are missing are asked for by name, and a webhook may know no dry run. */
function isDenial(reason: string, message: string): boolean {
  return reason === 'Invalid' || (reason === 'Forbidden' && !/ cannot \w+ resource /.test(message));
}

async function findServed(
  document: (path: string) => Promise<Fields | undefined>,
  group: string,
  plural: string,
  versions: readonly string[] = [],
): Promise<KindRef | undefined> {
  const served = group === '' ? ['v1'] : servedVersions(await document(`/apis/${group}`));
  const wanted = versions.filter(version => served.includes(version));
  for (const version of wanted.length > 0 || versions.length > 0 ? wanted : served) {
    const list = await document(group === '' ? `/api/${version}` : `/apis/${group}/${version}`);
    const found = list === undefined ? undefined : readList(list, 'resources').find(entry => isFields(entry) && entry.name === plural);
    if (isFields(found)) {
      return {group, version, plural, kind: readString(found, 'kind') ?? '', isNamespaced: found.namespaced === true};
    }
  }
  return undefined;
}

/** The preferred one first. */
function servedVersions(group: Fields | undefined): readonly string[] {
  if (group === undefined) return [];
  const preferred = readString(group, 'preferredVersion.version');
  const all = readItems(group, 'versions', version => readString(version, 'version') ?? '');
  return preferred === undefined ? all : [preferred, ...all.filter(version => version !== preferred)];
}
