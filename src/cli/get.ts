/** `deckhand get`: what a view shows, once, for scripts. 0 answered, 1 the named object is not there or there are problems, 2 could not ask. */
import process from 'node:process';
import {stringify} from 'yaml';
import type {KubeObject} from '../domain/kube-object.ts';
import {english} from '../domain/messages/english.ts';
import {type Phrase, phrase, say} from '../domain/messages/phrase.ts';
import {maskObject} from '../domain/page/mask.ts';
import {resourceName} from '../domain/resource.ts';
import type {Entry, SourceStatus} from '../domain/source.ts';
import {findKind, type Kind} from '../views/app-screens.ts';
import {views} from '../views/catalog.ts';
import type {TableScope} from '../views/table-source.ts';
import {ContextList} from './context-list.ts';
import {type ConnectionOptions, connectionFlags} from './flags.ts';
import {readTable} from './get-table.ts';
import {writeLog} from './log-file.ts';
import {complain} from './report-failure.ts';
import {ClusterSession} from './session.ts';
import {systemClock} from './system-clock.ts';

export type GetOptions = ConnectionOptions & {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly problems?: boolean;
};

const objectsMax = 1_000_000;

export async function get(kindName: string, name: string | undefined, options: GetOptions): Promise<number> {
  const contexts = new ContextList(async () => connectionFlags(options));
  await contexts.read();
  const session = new ClusterSession({
    contexts,
    context: undefined,
    clock: systemClock,
    random: Math.random,
    log: writeLog,
    isOneShot: true,
    // Printing changes nothing.
    access: () => ({readOnly: phrase('screen.readOnly'), isProtected: false}),
  });
  try {
    await session.settled();
    const reach = session.reachability();
    if (reach.kind !== 'here' && reach.kind !== 'connecting') return refuse(reach.reason);
    const kind = findKind(kindName, views, session);
    if (kind === undefined) return refuse(phrase('flash.unknownKind', kindName));
    if (name !== undefined && kind.resource.isNamespaced && options.allNamespaces === true) return refuse(phrase('get.nameNeedsNamespace'));
    return await answer(session, kind, scopeOf(session, kind, name, options), name, options);
  } finally {
    session.close();
  }
}

function scopeOf(session: ClusterSession, kind: Kind, name: string | undefined, options: GetOptions): TableScope {
  const byName = name === undefined ? [] : [`metadata.name=${name}`];
  const fieldSelector = [...byName, ...(options.fieldSelector === undefined ? [] : [options.fieldSelector])].join(',');
  return {
    namespace: !kind.resource.isNamespaced || options.allNamespaces === true ? undefined : session.facts().namespace,
    ...(options.selector === undefined ? {} : {labelSelector: options.selector}),
    ...(fieldSelector === '' ? {} : {fieldSelector}),
  };
}

async function answer(
  session: ClusterSession,
  kind: Kind,
  scope: TableScope,
  name: string | undefined,
  options: GetOptions,
): Promise<number> {
  const table = await readTable(session, kind, scope, {isWide: options.output === 'wide', isProblemsOnly: options.problems === true});
  if (table.status.state !== 'live') return refuse(statusPhrase(table.status, kind));
  if (name !== undefined && table.total === 0) {
    complain(say(english, phrase('get.notFound', resourceName(kind.resource), name)));
    return 1;
  }
  switch (options.output) {
    case 'table':
    case 'wide':
      process.stdout.write(table.rows.length === 0 ? '' : table.text);
      if (table.rows.length === 0)
        process.stderr.write(`${say(english, options.problems === true ? phrase('get.noProblems') : phrase('get.nothing'))}\n`);
      break;
    case 'name':
      process.stdout.write(table.rows.map(row => `${nameOf(kind)}/${row.name}\n`).join(''));
      break;
    case 'json':
    case 'yaml': {
      const objects = await readObjects(session, kind, scope, new Set(table.rows.map(row => row.uid)));
      if ('state' in objects) return refuse(statusPhrase(objects, kind));
      const single = name !== undefined ? objects[0] : undefined;
      const value = single ?? {apiVersion: 'v1', kind: 'List', metadata: {resourceVersion: ''}, items: objects};
      process.stdout.write(
        options.output === 'json'
          ? `${JSON.stringify(value, undefined, 4)}\n`
          : stringify(value, {sortMapEntries: true, lineWidth: 0, indentSeq: false}),
      );
    }
  }
  return options.problems === true && table.rows.length > 0 ? 1 : 0;
}

/** The server's objects, masked, in the order of the table. */
async function readObjects(
  session: ClusterSession,
  kind: Kind,
  scope: TableScope,
  wanted: ReadonlySet<string>,
): Promise<readonly KubeObject[] | SourceStatus> {
  const lease = session.acquire<KubeObject>({
    resource: kind.resource,
    ...(scope.namespace === undefined ? {} : {namespace: scope.namespace}),
    ...(scope.labelSelector === undefined ? {} : {labelSelector: scope.labelSelector}),
    ...(scope.fieldSelector === undefined ? {} : {fieldSelector: scope.fieldSelector}),
    form: 'object',
    projection: {name: 'whole', project: object => object},
    rowsMax: objectsMax,
  });
  await session.until(() => lease.status().state !== 'syncing');
  if (lease.status().state !== 'live') return lease.status();
  const entries = new Map<string, Entry<KubeObject>>([...lease.collection.entries()].map(entry => [entry.uid, entry]));
  return [...wanted].flatMap(uid => {
    const entry = entries.get(uid);
    return entry === undefined ? [] : [maskObject(entry.row)];
  });
}

function nameOf({resource}: Kind): string {
  return resource.group === '' ? resource.singular : `${resource.singular}.${resource.group}`;
}

function statusPhrase(status: SourceStatus, {resource}: Kind): Phrase {
  return status.reason ?? phrase('banner.absent', resourceName(resource));
}

function refuse(reason: Phrase): number {
  complain(say(english, reason));
  return 2;
}
