/**
 * Finds and merges kubeconfigs as kubectl does: `--kubeconfig`, else the files of `KUBECONFIG`, else ~/.kube/config, else
 * the service account of the pod. The first file to name a cluster, user or context wins. Nothing is ever written.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
import {readFile} from 'node:fs/promises';
import {delimiter, join, resolve} from 'node:path';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Connection} from './connection.ts';
import {errorCode} from './error-code.ts';
import {readInClusterConnection} from './in-cluster.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import {type KubeconfigEntry, type KubeconfigFile, parseKubeconfigFile} from './kubeconfig-file.ts';

/** The connection flags of the command line, named as kubectl names them. */
export type ConnectionFlags = {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly as?: string;
  readonly asGroups?: readonly string[];
  readonly token?: string;
  readonly server?: string;
  readonly isInsecure?: boolean;
};

/** One line of the context switcher. */
export type ContextChoice = {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
  readonly isCurrent: boolean;
  /** Why this one cannot be read; the others can be used all the same. */
  readonly problem?: Phrase;
};

/** All that is known of ways to clusters; `resolveConnection` makes a Connection of it. Holds secrets: never log it. */
export type ConnectionSettings = {
  readonly contexts: readonly ContextChoice[];
  /** `--context`, else current-context; empty where there is neither. */
  readonly currentContext: string;
  /** The files read, as errors name them. */
  readonly files: string;
  readonly flags: ConnectionFlags;
  readonly entries: Readonly<Record<'clusters' | 'users' | 'contexts', ReadonlyMap<string, KubeconfigEntry>>>;
  readonly problems: readonly KubeconfigError[];
  /** Set where a pod's service account stands in for a kubeconfig. */
  readonly inCluster?: Connection;
};

export type LoadConnectionsOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly flags: ConnectionFlags;
  /** Where a pod finds its service account; tests have their own. */
  readonly serviceAccountFolder?: string;
};

export async function loadConnections({env, home, flags, serviceAccountFolder}: LoadConnectionsOptions): Promise<ConnectionSettings> {
  const paths = candidatePaths(env, home, flags);
  const problems: KubeconfigError[] = [];
  const files: KubeconfigFile[] = [];
  const readPaths: string[] = [];
  for (const path of paths) {
    try {
      const text = await readIfPresent(path);
      if (text === undefined) continue;
      readPaths.push(path);
      files.push(parseKubeconfigFile(path, text));
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      problems.push(error);
    }
  }
  if (flags.kubeconfig !== undefined && readPaths.length === 0 && problems.length === 0) {
    throw new KubeconfigError(flags.kubeconfig, '', phrase('kubeconfig.fileMissing', flags.kubeconfig));
  }
  const merged = mergeFiles(files);
  const isEmpty = merged.contexts.size === 0 && merged.clusters.size === 0 && merged.users.size === 0;
  const isNamed = flags.context !== undefined || flags.cluster !== undefined || flags.user !== undefined;
  const inCluster = isEmpty && !isNamed && problems.length === 0 ? await readInClusterConnection(env, serviceAccountFolder) : undefined;
  if (readPaths.length === 0 && problems.length === 0 && inCluster === undefined && flags.server === undefined) {
    throw new KubeconfigError(paths.join(', '), '', phrase('kubeconfig.noneFound', paths.join(', ')));
  }
  const currentContext = flags.context ?? inCluster?.contextName ?? firstOf(files, file => file.currentContext) ?? '';
  return {
    contexts: inCluster === undefined ? listContexts(merged.contexts, currentContext) : [choiceOf(inCluster)],
    currentContext,
    files: readPaths.join(', '),
    flags,
    entries: merged,
    problems: [...problems, ...files.flatMap(file => file.problems)],
    ...(inCluster === undefined ? {} : {inCluster}),
  };
}

function candidatePaths(env: LoadConnectionsOptions['env'], home: string, flags: ConnectionFlags): string[] {
  if (flags.kubeconfig !== undefined) return [resolve(flags.kubeconfig)];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  return listed.length > 0 ? [...new Set(listed.map(path => resolve(path)))] : [join(home, '.kube', 'config')];
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    throw new KubeconfigError(path, '', phrase('kubeconfig.unreadable', path, code));
  }
}

function mergeFiles(files: readonly KubeconfigFile[]) {
  return {
    clusters: mergeEntries(files.map(file => file.clusters)),
    users: mergeEntries(files.map(file => file.users)),
    contexts: mergeEntries(files.map(file => file.contexts)),
  };
}

/** The first file to name an entry wins as a whole: nothing of a later one of the same name is mixed in. */
function mergeEntries(lists: readonly (readonly KubeconfigEntry[])[]): ReadonlyMap<string, KubeconfigEntry> {
  const merged = new Map<string, KubeconfigEntry>();
  for (const entry of lists.flat()) if (!merged.has(entry.name)) merged.set(entry.name, entry);
  return merged;
}

function listContexts(contexts: ReadonlyMap<string, KubeconfigEntry>, currentContext: string): ContextChoice[] {
  return [...contexts.values()].map(entry => {
    const isCurrent = entry.name === currentContext;
    try {
      const fields = entry.read();
      const cluster = fields.text('cluster') ?? '';
      const user = fields.text('user') ?? '';
      return {name: entry.name, cluster, user, namespace: fields.text('namespace') ?? 'default', isCurrent};
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      return {name: entry.name, cluster: '', user: '', namespace: '', isCurrent, problem: error.phrase};
    }
  });
}

function choiceOf({contextName, clusterName, userName, namespace}: Connection): ContextChoice {
  return {name: contextName, cluster: clusterName, user: userName, namespace, isCurrent: true};
}

function firstOf<Item, Value>(items: readonly Item[], read: (item: Item) => Value | undefined): Value | undefined {
  for (const item of items) {
    const value = read(item);
    if (value !== undefined) return value;
  }
  return undefined;
}
