import {describe, expect, test} from 'vitest';
import {builtinTypes} from '../../../../src/embedded/apiserver/builtin-kinds.ts';
import {aggregatedDiscovery, apiGroupList, apiResourceList, compareVersions} from '../../../../src/embedded/apiserver/discovery.ts';
import type {ResourceType} from '../../../../src/embedded/apiserver/resource-type.ts';

const nodeGroups: ResourceType[] = ['v1alpha1', 'v1', 'v1alpha2'].map(version => ({
  group: 'deckhouse.io',
  version,
  plural: 'nodegroups',
  singular: 'nodegroup',
  kind: 'NodeGroup',
  listKind: 'NodeGroupList',
  shortNames: ['ng'],
  categories: [],
  isNamespaced: false,
  verbs: ['get', 'list', 'watch'],
  storageVersion: 'v1',
  hasStatus: true,
  selectableFields: [],
}));

describe('discovery', () => {
  test('prefers the most stable version of a group', () => {
    const {groups} = apiGroupList(nodeGroups) as {groups: {versions: {version: string}[]; preferredVersion: unknown}[]};
    expect(groups[0]?.versions.map(({version}) => version)).toEqual(['v1', 'v1alpha2', 'v1alpha1']);
    expect(groups[0]?.preferredVersion).toEqual({groupVersion: 'deckhouse.io/v1', version: 'v1'});
    expect(['v1', 'v2beta1', 'v10', 'foo', 'v1alpha9'].sort((a, b) => compareVersions(b, a))).toEqual([
      'v10',
      'v1',
      'v2beta1',
      'v1alpha9',
      'foo',
    ]);
  });

  test('lists resources with their subresources', () => {
    const {resources} = apiResourceList(builtinTypes, '', 'v1') as {resources: {name: string; kind: string; group?: string}[]};
    const byName = new Map(resources.map(resource => [resource.name, resource]));
    expect(byName.get('pods')).toMatchObject({kind: 'Pod', singularName: 'pod', shortNames: ['po'], categories: ['all'], namespaced: true});
    expect(byName.get('pods/eviction')).toMatchObject({kind: 'Eviction', group: 'policy', version: 'v1', singularName: ''});
    expect(byName.get('pods/status')).toMatchObject({kind: 'Pod', verbs: ['get', 'patch', 'update']});
    expect(byName.get('endpoints')).toMatchObject({singularName: 'endpoints', shortNames: ['ep']});
    expect(byName.has('configmaps/status')).toBe(false);
    expect(apiResourceList(builtinTypes, 'nowhere.io', 'v1')).toBeUndefined();
  });

  test('the aggregated form keeps the core group apart', () => {
    const core = aggregatedDiscovery(builtinTypes, 'api', 'v2') as {items: {metadata: object; versions: {version: string}[]}[]};
    expect(core.items).toHaveLength(1);
    const {items} = aggregatedDiscovery([...builtinTypes, ...nodeGroups], 'apis', 'v2') as {
      items: {metadata: {name: string}; versions: {version: string}[]}[];
    };
    expect(items.at(-1)?.metadata.name).toBe('deckhouse.io');
    expect(items.at(-1)?.versions.map(({version}) => version)).toEqual(['v1', 'v1alpha2', 'v1alpha1']);
  });
});
