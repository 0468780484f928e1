/** The dashboard's shell over objects of a test and a scripted desk: keys go in, lines of the screen come out. */

import {stripVTControlCharacters} from 'node:util';
import {renderToString} from 'ink';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import {english} from '../../src/domain/messages/english.ts';
import type {Catalogue} from '../../src/domain/messages/phrase.ts';
import type {PodStreams} from '../../src/domain/pod-streams.ts';
import {type Resource, resourceName} from '../../src/domain/resource.ts';
import type {SourceSpec} from '../../src/domain/source.ts';
import {PendingCollection} from '../../src/store/collection.ts';
import type {Key} from '../../src/ui/keys.ts';
import {type Theme, unicodeGlyphs} from '../../src/ui/theme.ts';
import {App} from '../../src/views/app.ts';
import {AppView} from '../../src/views/app-view.tsx';
import {views} from '../../src/views/catalog.ts';
import type {ClusterFacts, Session} from '../../src/views/session.ts';
import {FakeClock, settle} from './fake-clock.ts';
import {ScriptedDesk} from './scripted-desk.ts';

export type BenchOptions = {
  readonly objects?: readonly KubeObject[];
  readonly command?: string;
  readonly facts?: Partial<ClusterFacts>;
  readonly catalogue?: Catalogue;
  readonly columns?: number;
  readonly rows?: number;
  /** What the user's editor makes of a text. */
  readonly editor?: (text: string) => string | undefined;
  readonly streams?: PodStreams;
};

export type ViewBench = {
  readonly app: App;
  readonly desk: ScriptedDesk;
  readonly clock: FakeClock;
  readonly saved: {readonly name: string; readonly text: string}[];
  hasQuit(): boolean;
  /** By name: `y`, `enter`, `ctrl-c`; letters of a word one by one. */
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  /** As a terminal without bracketed paste sends a paste: all of it in one read. */
  typeAtOnce(text: string): Promise<void>;
  lines(): readonly string[];
  screen(): string;
  /** The screen as running text, wherever its lines break. */
  words(): string;
};

const theme: Theme = {level: '16', glyphs: unicodeGlyphs};

export async function openBench(options: BenchOptions = {}, prepare: (desk: ScriptedDesk) => void = () => undefined): Promise<ViewBench> {
  const clock = new FakeClock(Date.UTC(2026, 0, 2, 12, 0, 0));
  const desk = new ScriptedDesk();
  prepare(desk);
  const saved: {name: string; text: string}[] = [];
  let hasQuit = false;
  const app = new App({
    clock,
    theme,
    catalogue: options.catalogue ?? english,
    views,
    start: {command: options.command ?? 'nodes', namespace: undefined, isAllNamespaces: true},
    programs: {
      openShell: () => Promise.reject(new Error('no shell in this test')),
      openEditor: async text => ({
        session: endedSession(),
        edited: Promise.resolve(options.editor?.(text)),
      }),
    },
    contexts: () => [],
    openSession: () => sessionOver(options, desk),
    forwardPort: () => Promise.reject(new Error('no forwarding in this test')),
    saveText: async (name, text) => {
      saved.push({name, text});
      return `/tmp/${name}`;
    },
    quit: () => {
      hasQuit = true;
    },
    redraw: () => undefined,
    inForeground: run => run(),
  });
  app.refresh();
  const send = async (key: Key): Promise<void> => {
    app.key(key);
    await settle();
    await settle();
  };
  const lines = (): readonly string[] =>
    stripVTControlCharacters(
      renderToString(<AppView app={app} size={{columns: options.columns ?? 80, rows: options.rows ?? 24}} />, {
        columns: options.columns ?? 80,
      }),
    )
      .split('\n')
      .map(line => line.trimEnd());
  await settle();
  await settle();
  return {
    app,
    desk,
    clock,
    saved,
    hasQuit: () => hasQuit,
    press: async (...keys) => {
      for (const key of keys) await send(keyOf(key));
    },
    type: async text => {
      for (const letter of text) await send(keyOf(letter));
    },
    typeAtOnce: async text => {
      for (const letter of text) await send({...keyOf(letter), isInChunk: true});
    },
    lines,
    screen: () => lines().join('\n'),
    words: () => lines().join(' ').replace(/\s+/g, ' '),
  };
}

function keyOf(name: string): Key {
  if (name === 'space' || name === ' ') return {name: 'space', text: ' '};
  return [...name].length === 1 ? {name, text: name} : {name};
}

function endedSession(): Awaited<ReturnType<App['options']['programs']['openEditor']>>['session'] {
  return {
    exit: Promise.resolve({kind: 'exited', code: 0}),
    onOutput: () => undefined,
    write: () => undefined,
    setFlowing: () => undefined,
    resize: () => undefined,
    close: () => undefined,
  };
}

const clusterScoped = new Set([
  'Node',
  'NodeGroup',
  'Instance',
  'Module',
  'ModuleRelease',
  'ModuleSource',
  'DeckhouseRelease',
  'ModuleUpdatePolicy',
  'ModuleConfig',
  'PersistentVolume',
]);

function resourceOf({apiVersion = 'v1', kind = ''}: KubeObject): Resource {
  const [group = '', version = apiVersion] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const singular = kind.toLowerCase();
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  return {
    group,
    version,
    plural: singular.endsWith('s') ? singular : `${singular}s`,
    singular,
    kind,
    shortNames: [],
    categories: [],
    isNamespaced: !clusterScoped.has(kind),
    verbs,
  };
}

function sessionOver(options: BenchOptions, desk: ScriptedDesk): Session {
  const objects = options.objects ?? [];
  const kinds = [
    'v1 Node',
    'deckhouse.io/v1alpha1 Module',
    'deckhouse.io/v1alpha1 ModuleRelease',
    'deckhouse.io/v1alpha1 DeckhouseRelease',
    'deckhouse.io/v1 NodeGroup',
    'apps/v1 Deployment',
  ];
  const empty = kinds.map(text => {
    const [apiVersion = '', kind = ''] = text.split(' ');
    return resourceOf({apiVersion, kind, metadata: {name: '', uid: '', resourceVersion: ''}});
  });
  const resources = [...new Map([...objects.map(resourceOf), ...empty].map(resource => [resourceName(resource), resource])).values()];
  const ofKind = (plural: string): Resource | undefined => resources.find(resource => resource.plural === plural);
  return {
    facts: () => ({context: 'prod', cluster: 'prod', user: 'ivan', namespace: 'default', isProtected: false, ...options.facts}),
    reachability: () => ({kind: 'here'}),
    notices: () => [],
    resources: () => resources,
    find: name => resources.find(resource => [resource.plural, resource.singular, resourceName(resource)].includes(name)),
    pick: ({plural, group}) => {
      const resource = ofKind(plural);
      return resource?.group === group ? resource : undefined;
    },
    namespaces: () => ['default'],
    desk: () => desk,
    streams: () => options.streams,
    refresh: () => undefined,
    acquire: <Row,>({resource, projection, namespace, fieldSelector}: SourceSpec<Row>) => {
      const collection = new PendingCollection<Row>();
      const wanted = /^metadata\.name=(.*)$/.exec(fieldSelector ?? '')?.[1];
      const entries = objects
        .filter(object => resourceOf(object).plural === resource.plural && (wanted === undefined || wanted === object.metadata.name))
        .filter(({metadata}) => namespace === undefined || metadata.namespace === namespace)
        .map(object => ({
          uid: object.metadata.uid,
          resourceVersion: object.metadata.resourceVersion,
          name: object.metadata.name,
          namespace: object.metadata.namespace ?? '',
          row: projection.project(object, []),
        }));
      collection.put(entries.map(entry => ({type: 'upsert', entry})));
      collection.flush();
      return {key: resource.plural, collection, status: () => ({state: 'live', lastByteAt: 0, restarts: 0}), release: () => undefined};
    },
    openSources: () => [],
    subscribe: listener => desk.subscribe(listener),
    close: () => undefined,
  };
}
