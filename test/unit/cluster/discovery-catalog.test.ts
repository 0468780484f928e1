import {describe, expect, test} from 'vitest';
import {KindCatalog} from '../../../src/cluster/discovery-catalog.ts';
import {type Resource, resourcePath} from '../../../src/domain/resource.ts';

function kind(path: string, more: Partial<Resource> = {}): Resource {
  const parts = path.split('/');
  const [group = '', version = '', plural = ''] = parts.length === 3 ? parts : ['', ...parts];
  const singular = plural.replace(/s$/, '');
  const Kind = `${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
  return {
    group,
    version,
    plural,
    singular,
    kind: Kind,
    shortNames: [],
    categories: [],
    isNamespaced: true,
    verbs: ['list', 'watch'],
    ...more,
  };
}

const catalog = new KindCatalog([
  {group: '', version: 'v1', isStale: false, resources: [kind('v1/pods', {shortNames: ['po']}), kind('v1/events', {shortNames: ['ev']})]},
  {group: 'events.k8s.io', version: 'v1', isStale: false, resources: [kind('events.k8s.io/v1/events', {shortNames: ['ev']})]},
  {
    group: 'deckhouse.io',
    version: 'v1alpha2',
    isStale: false,
    resources: [kind('deckhouse.io/v1alpha2/instances'), kind('deckhouse.io/v1alpha2/po', {singular: 'poo', kind: 'Poo'})],
  },
  {
    group: 'deckhouse.io',
    version: 'v1alpha1',
    isStale: false,
    resources: [kind('deckhouse.io/v1alpha1/instances'), kind('deckhouse.io/v1alpha1/modules')],
  },
  {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    isStale: false,
    resources: [kind('metrics.k8s.io/v1beta1/pods', {singular: '', kind: 'PodMetrics'})],
  },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    isStale: false,
    resources: [kind('authentication.k8s.io/v1/tokenreviews', {verbs: ['create']})],
  },
]);

function found(name: string): string | undefined {
  const resource = catalog.find(name);
  return resource && resourcePath(resource);
}

describe('find', () => {
  test.each([
    ['pods', '/api/v1/pods'],
    ['Pods', '/api/v1/pods'],
    ['pod', '/api/v1/pods'],
    ['Pod', '/api/v1/pods'],
    ['ev', '/api/v1/events'],
    ['events', '/api/v1/events'],
    ['events.events.k8s.io', '/apis/events.k8s.io/v1/events'],
    ['ev.events.k8s.io', '/apis/events.k8s.io/v1/events'],
    ['podmetrics', '/apis/metrics.k8s.io/v1beta1/pods'],
    ['pods.metrics.k8s.io', '/apis/metrics.k8s.io/v1beta1/pods'],
    ['instances', '/apis/deckhouse.io/v1alpha2/instances'],
    ['instances.deckhouse.io', '/apis/deckhouse.io/v1alpha2/instances'],
    ['instances.v1alpha1.deckhouse.io', '/apis/deckhouse.io/v1alpha1/instances'],
    ['Module.v1alpha1.deckhouse.io', '/apis/deckhouse.io/v1alpha1/modules'],
    ['pods.v1.', '/api/v1/pods'],
    ['tokenreviews', '/apis/authentication.k8s.io/v1/tokenreviews'],
  ])('%s is %s', (name, path) => {
    expect(found(name)).toBe(path);
  });

  test('a whole plural wins over a short name in an earlier group', () => {
    expect(found('po')).toBe('/apis/deckhouse.io/v1alpha2/po');
  });

  test.each(['', '.', 'nonsense', 'pods.nonsense', 'pods.v2.', '..', 'instances.v9.deckhouse.io'])('%s is nothing', name => {
    expect(found(name)).toBeUndefined();
  });
});

describe('pick', () => {
  const instances = {group: 'deckhouse.io', plural: 'instances'};

  test('takes the first version that the caller can read, else the preferred one, never one it cannot read', () => {
    expect(catalog.pick(instances)?.version).toBe('v1alpha2');
    expect(catalog.pick({...instances, versions: ['v1alpha1', 'v1alpha2']})?.version).toBe('v1alpha1');
    expect(catalog.pick({...instances, versions: ['v1', 'v1alpha2']})?.version).toBe('v1alpha2');
    expect(catalog.pick({...instances, versions: ['v1']})).toBeUndefined();
    expect(catalog.pick({group: '', plural: 'instances'})).toBeUndefined();
  });

  test('versionsOf names every served version, the preferred one first', () => {
    expect(catalog.versionsOf(instances).map(({version}) => version)).toEqual(['v1alpha2', 'v1alpha1']);
  });
});

test('listable names each kind once, in its preferred version, without those that cannot be listed', () => {
  expect(catalog.listable().map(resource => resourcePath(resource))).toEqual([
    '/api/v1/pods',
    '/api/v1/events',
    '/apis/events.k8s.io/v1/events',
    '/apis/deckhouse.io/v1alpha2/instances',
    '/apis/deckhouse.io/v1alpha2/po',
    '/apis/deckhouse.io/v1alpha1/modules',
    '/apis/metrics.k8s.io/v1beta1/pods',
  ]);
});
