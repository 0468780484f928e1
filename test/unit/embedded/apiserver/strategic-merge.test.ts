import {describe, expect, test} from 'vitest';
import {StrategicMergeError, strategicMerge} from '../../../../src/embedded/apiserver/strategic-merge.ts';

const pod = {group: '', version: 'v1', kind: 'Pod'};
const deployment = {group: 'apps', version: 'v1', kind: 'Deployment'};
const containers = [
  {name: 'a', image: 'a:1', env: [{name: 'X', value: '1'}]},
  {name: 'b', image: 'b:1'},
];

describe('strategicMerge', () => {
  test('merges containers and their environment by name; new ones come before what the patch does not name', () => {
    const patch = {
      spec: {
        containers: [
          {name: 'a', env: [{name: 'Y', value: '2'}]},
          {name: 'c', image: 'c:1'},
        ],
      },
    };
    const merged = strategicMerge(pod, {spec: {containers}}, patch) as {spec: {containers: {name: string; env?: unknown[]}[]}};
    expect(merged.spec.containers.map(({name}) => name)).toEqual(['a', 'c', 'b']);
    expect(merged.spec.containers[0]).toMatchObject({image: 'a:1', env: [{name: 'Y'}, {name: 'X'}]});
  });

  test('null deletes, maps merge', () => {
    const original = {metadata: {labels: {a: '1', b: '2'}, annotations: {x: 'y'}}};
    expect(strategicMerge(pod, original, {metadata: {labels: {a: null, c: '3'}, annotations: null}})).toEqual({
      metadata: {labels: {b: '2', c: '3'}},
    });
  });

  test('$patch deletes an item, replaces a list, replaces a map', () => {
    expect(strategicMerge(pod, {spec: {containers}}, {spec: {containers: [{$patch: 'delete', name: 'a'}]}})).toEqual({
      spec: {containers: [containers[1]]},
    });
    const replaced = {spec: {containers: [{name: 'z'}, {$patch: 'replace'}]}};
    expect(strategicMerge(pod, {spec: {containers}}, replaced)).toEqual({spec: {containers: [{name: 'z'}]}});
    const map = {metadata: {labels: {$patch: 'replace', z: '1'}}};
    expect(strategicMerge(pod, {metadata: {labels: {a: '1'}}}, map)).toEqual({metadata: {labels: {z: '1'}}});
  });

  test('$retainKeys drops the other members of a union', () => {
    const original = {spec: {strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1}}}};
    const patch = {spec: {strategy: {$retainKeys: ['type'], type: 'Recreate'}}};
    expect(strategicMerge(deployment, original, patch)).toEqual({spec: {strategy: {type: 'Recreate'}}});
    expect(() => strategicMerge(deployment, original, {spec: {strategy: {$retainKeys: [], type: 'Recreate'}}})).toThrow(
      StrategicMergeError,
    );
  });

  test('lists of plain values merge, and lose what $deleteFromPrimitiveList names', () => {
    const original = {metadata: {finalizers: ['a', 'b']}};
    expect(strategicMerge(pod, original, {metadata: {finalizers: ['c', 'a']}})).toEqual({
      metadata: {finalizers: expect.arrayContaining(['a', 'b', 'c'])},
    });
    expect(strategicMerge(pod, original, {metadata: {'$deleteFromPrimitiveList/finalizers': ['a']}})).toEqual({
      metadata: {finalizers: ['b']},
    });
  });

  test('$setElementOrder decides the order, items of the server alone keep their place', () => {
    const original = {spec: {containers: [...containers, {name: 'injected'}]}};
    const patch = {
      spec: {'$setElementOrder/containers': [{name: 'b'}, {name: 'new'}, {name: 'a'}], containers: [{name: 'new', image: 'n:1'}]},
    };
    const merged = strategicMerge(pod, original, patch) as {spec: {containers: {name: string}[]}};
    expect(merged.spec.containers.map(({name}) => name)).toEqual(['b', 'new', 'a', 'injected']);
  });

  test('lists without a merge key are replaced as a whole', () => {
    const endpoints = {group: '', version: 'v1', kind: 'Endpoints'};
    const original = {subsets: [{addresses: [{ip: '10.0.0.1'}], ports: [{port: 5432}]}]};
    expect(strategicMerge(endpoints, original, {subsets: [{addresses: [{ip: '10.0.0.2'}]}]})).toEqual({
      subsets: [{addresses: [{ip: '10.0.0.2'}]}],
    });
  });

  test('an item without its merge key is refused', () => {
    expect(() => strategicMerge(pod, {spec: {containers}}, {spec: {containers: [{image: 'x'}]}})).toThrow(
      'does not contain declared merge key: name',
    );
  });
});
