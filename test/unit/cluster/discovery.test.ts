import {describe, expect, test} from 'vitest';
import {createDiscovery} from '../../../src/cluster/discovery.ts';
import {createLiveness} from '../../../src/cluster/liveness.ts';
import {createSourceOpener} from '../../../src/cluster/open-source.ts';
import {type KubePort, type KubeRequest, TransportError} from '../../../src/domain/kube-port.ts';
import {phrase} from '../../../src/domain/messages/phrase.ts';
import type {OpenSource, SourceStatus} from '../../../src/domain/source.ts';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {FakeClock} from '../../support/fake-clock.ts';

type Canned = {readonly status?: number; readonly etag?: string; readonly body: unknown};

function group(name: string, version: string, plurals: readonly string[], freshness = 'Current') {
  const resources = plurals.map(plural => ({
    resource: plural,
    responseKind: {group: name, version, kind: plural.slice(0, -1)},
    scope: 'Cluster',
    singularResource: plural.slice(0, -1),
    verbs: ['list', 'watch'],
    subresources: [{subresource: 'status', verbs: ['get']}],
  }));
  return {metadata: {name}, versions: [{version, resources, freshness}]};
}

function groups(...items: unknown[]): Canned {
  return {body: {kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', items}};
}

/** A server that says what `answers` holds for a path, and a CRD source in the test's hand. */
async function open(answers: Record<string, Canned>) {
  const clock = new FakeClock();
  const asked: KubeRequest[] = [];
  const port: Pick<KubePort, 'request'> = {
    request: async request => {
      asked.push(request);
      const answer = answers[request.path];
      if (answer === undefined) throw new TransportError('refused', phrase('text', 'refused'));
      const {status = 200, etag, body} = answer;
      if (etag !== undefined && request.headers?.['if-none-match'] === etag) return {status: 304, headers: {}, body: ''};
      return {status, headers: etag === undefined ? {} : {etag}, body: JSON.stringify(body)};
    },
  };
  let crdStatus = (_status: SourceStatus) => {};
  let crdsChanged = () => {};
  const openSource: OpenSource = (_spec, sink) => {
    crdStatus = status => sink.status(status);
    crdsChanged = () => sink.changes([{type: 'delete', uid: 'x', namespace: ''}]);
    return {stop: () => {}};
  };
  const noStream = () => Promise.reject(new Error('no stream'));
  const discovery = createDiscovery({port: {...port, stream: noStream}, clock, openSource});
  let told = 0;
  discovery.subscribe(() => {
    told += 1;
  });
  await clock.advance(0);
  return {clock, asked, discovery, answers, crdStatus, crdsChanged, told: () => told};
}

const core = groups(group('', 'v1', ['pods']));
const version = {body: {gitVersion: 'v1.32.4'}};

describe('reading', () => {
  test('the aggregated form in two requests, and the version', async () => {
    const {discovery, asked, told} = await open({
      '/api': core,
      '/apis': groups(group('deckhouse.io', 'v1', ['modules'])),
      '/version': version,
    });
    expect(asked.map(({path}) => path).sort()).toEqual(['/api', '/apis', '/version']);
    expect(discovery.resources().map(({plural}) => plural)).toEqual(['pods', 'modules']);
    expect(discovery.find('module')).toMatchObject({group: 'deckhouse.io', isNamespaced: false, kind: 'module'});
    expect(discovery.serverVersion()).toBe('v1.32.4');
    expect(discovery.status()).toMatchObject({state: 'current', failures: []});
    expect(told()).toBe(1);
  });

  test('the legacy form of an older server, group by group, preferred versions first', async () => {
    const list = (groupVersion: string, names: string[]) => ({
      body: {kind: 'APIResourceList', groupVersion, resources: names.map(name => ({name, kind: 'K', namespaced: true, verbs: ['list']}))},
    });
    const {discovery} = await open({
      '/api': {body: {kind: 'APIVersions', versions: ['v1']}},
      '/apis': {
        body: {
          kind: 'APIGroupList',
          groups: [{name: 'apps', versions: [{version: 'v1beta1'}, {version: 'v1'}], preferredVersion: {version: 'v1'}}],
        },
      },
      '/api/v1': list('v1', ['pods', 'pods/log']),
      '/apis/apps/v1': list('apps/v1', ['deployments']),
      '/apis/apps/v1beta1': list('apps/v1beta1', ['deployments']),
      '/version': version,
    });
    expect(discovery.resources().map(({version: served, plural}) => `${served} ${plural}`)).toEqual(['v1 pods', 'v1 deployments']);
    expect(discovery.find('k')).toMatchObject({plural: 'pods', singular: 'k', isNamespaced: true});
  });

  test('nothing can be read: said so, tried again soon, and everything known stays known', async () => {
    const bench = await open({});
    expect(bench.discovery.status()).toMatchObject({state: 'stale', reason: phrase('text', 'refused')});
    Object.assign(bench.answers, {'/api': core, '/apis': groups(group('g', 'v1', ['xs'])), '/version': version});
    await bench.clock.advance(5_000);
    expect(bench.discovery.status()).toMatchObject({state: 'current', failures: []});
    delete bench.answers['/apis'];
    await bench.discovery.refresh();
    expect(bench.discovery.status()).toMatchObject({state: 'stale', reason: phrase('text', 'refused')});
    expect(bench.discovery.find('xs')).toBeDefined();
  });

  test('a group whose server is away hides no other, and keeps what was known of it', async () => {
    const bench = await open({
      '/api': core,
      '/apis': groups(group('metrics.k8s.io', 'v1beta1', ['nodes']), group('g', 'v1', ['xs'])),
      '/version': version,
    });
    bench.answers['/apis'] = groups(group('metrics.k8s.io', 'v1beta1', [], 'Stale'), group('g', 'v1', ['xs', 'ys']));
    await bench.discovery.refresh();
    expect(bench.discovery.find('nodes.metrics.k8s.io')).toBeDefined();
    expect(bench.discovery.find('ys')).toBeDefined();
    expect(bench.discovery.status()).toMatchObject({state: 'current', failures: [{part: 'metrics.k8s.io/v1beta1'}]});
    bench.answers['/apis'] = groups(group('metrics.k8s.io', 'v1beta1', ['nodes']));
    await bench.clock.advance(5_000);
    expect(bench.discovery.status().failures).toEqual([]);
  });

  test('what has not changed is not sent again', async () => {
    const bench = await open({
      '/api': {...core, etag: '"1"'},
      '/apis': {...groups(group('g', 'v1', ['xs'])), etag: '"2"'},
      '/version': version,
    });
    await bench.discovery.refresh();
    expect(bench.asked.filter(({headers}) => headers?.['if-none-match'] !== undefined).length).toBe(2);
    expect(bench.discovery.find('xs')).toBeDefined();
    expect(bench.discovery.status().state).toBe('current');
  });
});

describe('keeping up', () => {
  const live: SourceStatus = {state: 'live', restarts: 0};
  const all = () => ({'/api': core, '/apis': groups(group('g', 'v1', ['xs'])), '/version': version});

  test('a change of the CRDs leads to a look soon and to two later; a quiet cluster to none', async () => {
    const bench = await open(all());
    bench.crdStatus(live);
    await bench.clock.advance(500);
    const before = bench.asked.length;
    await bench.clock.advance(3_600_000);
    expect(bench.asked.length).toBe(before);
    bench.answers['/apis'] = groups(group('g', 'v1', ['xs', 'news']));
    bench.crdsChanged();
    await bench.clock.advance(500);
    expect(bench.discovery.find('news')).toBeDefined();
    await bench.clock.advance(60_000);
    expect(bench.asked.length).toBe(before + 9);
  });

  test('without the right to watch CRDs it looks every five minutes', async () => {
    const bench = await open(all());
    bench.crdStatus({state: 'forbidden', restarts: 1});
    const before = bench.asked.length;
    await bench.clock.advance(900_000);
    expect(bench.asked.length).toBe(before + 9);
    expect(bench.discovery.status().state).toBe('current');
  });

  test('after a long outage it knows all again at once, also where the CRDs may not be read', async () => {
    const bench = await open({});
    bench.crdStatus({state: 'stale', restarts: 1});
    await bench.clock.advance(900_000);
    Object.assign(bench.answers, all());
    bench.crdStatus({state: 'forbidden', restarts: 9});
    await bench.clock.advance(500);
    expect(bench.discovery.status()).toMatchObject({state: 'current', failures: []});
  });

  test('asked in an outage that no other source tells the end of, it tries again every half minute at most', async () => {
    const bench = await open(all());
    bench.crdStatus({state: 'forbidden', restarts: 1});
    for (const path of Object.keys(bench.answers)) delete bench.answers[path];
    await bench.clock.advance(700_000);
    Object.assign(bench.answers, all());
    await bench.clock.advance(30_000);
    expect(bench.discovery.status()).toMatchObject({state: 'current', failures: []});
  });

  test('while nobody would tell of a change it is stale; when the watch is back it looks at once', async () => {
    const bench = await open(all());
    bench.crdStatus(live);
    await bench.clock.advance(1_000);
    bench.crdStatus({state: 'stale', restarts: 1, reason: phrase('text', 'away')});
    expect(bench.discovery.status()).toMatchObject({state: 'stale', reason: phrase('text', 'away')});
    const before = bench.asked.length;
    bench.crdStatus({...live, restarts: 1});
    await bench.clock.advance(500);
    expect(bench.asked.length).toBe(before + 3);
    expect(bench.discovery.status().state).toBe('current');
  });

  test('refresh settles after a reading that began after the call', async () => {
    const bench = await open(all());
    const first = bench.discovery.refresh();
    bench.answers['/apis'] = groups(group('g', 'v1', ['late']));
    await bench.discovery.refresh();
    expect(bench.discovery.find('late')).toBeDefined();
    await first;
  });

  test('stop leaves nothing running', async () => {
    const bench = await open({});
    bench.discovery.stop();
    expect(bench.clock.timersPending).toBe(0);
  });
});

describe('on the embedded API server', () => {
  test('a CRD made while it runs is found, and is gone when it is deleted', async () => {
    const clock = new FakeClock();
    const random = () => 0.5;
    const {port} = createApiServer({clock, random});
    const openSource = createSourceOpener({port, clock, random, liveness: createLiveness({port, clock})});
    const discovery = createDiscovery({port, clock, openSource});
    await clock.advance(1_000);
    expect(discovery.find('po')).toMatchObject({plural: 'pods'});
    expect(discovery.find('widgets')).toBeUndefined();
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {name: 'widgets.example.io'},
      spec: {
        group: 'example.io',
        scope: 'Cluster',
        names: {plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wi']},
        versions: [{name: 'v1', served: true, storage: true, schema: {openAPIV3Schema: {type: 'object'}}}],
      },
    };
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const made = await port.request({method: 'POST', path, headers: {'content-type': 'application/json'}, body: JSON.stringify(crd)});
    expect(made.status).toBe(201);
    await clock.advance(1_000);
    expect(discovery.find('wi')).toMatchObject({group: 'example.io', plural: 'widgets', isNamespaced: false});
    await port.request({method: 'DELETE', path: `${path}/widgets.example.io`});
    await clock.advance(1_000);
    expect(discovery.find('widgets')).toBeUndefined();
    discovery.stop();
  });
});
