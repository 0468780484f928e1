import {expect, test} from 'vitest';
import {quotaShortages} from '../../../../src/domain/postgres/storage-quota.ts';

const gib = 2 ** 30;
const need = {claims: 1, bytes: 10 * gib, storageClass: 'fast.ssd', classClaims: 2, classBytes: 20 * gib};

function quota(hard: object, used: object, more: object = {}) {
  return {metadata: {name: 'q', uid: '', resourceVersion: ''}, spec: {hard, ...more}, status: {hard, used}};
}

const ofClass = 'fast.ssd.storageclass.storage.k8s.io';

test.each([
  ['room for all', quota({'requests.storage': '100Gi', persistentvolumeclaims: '9'}, {'requests.storage': '20Gi'}), []],
  ['no room for bytes', quota({'requests.storage': '29Gi'}, {'requests.storage': '20Gi'}), ['requests.storage 29Gi 20Gi']],
  ['just enough', quota({'requests.storage': '30Gi'}, {'requests.storage': '20Gi'}), []],
  ['no room for a claim', quota({persistentvolumeclaims: '2'}, {persistentvolumeclaims: '2'}), ['persistentvolumeclaims 2 2']],
  [
    'counted as objects',
    quota({'count/persistentvolumeclaims': 2}, {'count/persistentvolumeclaims': 2}),
    ['count/persistentvolumeclaims 2 2'],
  ],
  ['of the class: claims', quota({[`${ofClass}/persistentvolumeclaims`]: '1'}, {}), [`${ofClass}/persistentvolumeclaims 1 0`]],
  ['of the class: bytes', quota({[`${ofClass}/requests.storage`]: '19Gi'}, {}), [`${ofClass}/requests.storage 19Gi 0`]],
  ['of another class', quota({'old.storageclass.storage.k8s.io/persistentvolumeclaims': '0'}, {}), []],
  ['of some pods only', quota({persistentvolumeclaims: '0'}, {}, {scopes: ['BestEffort']}), []],
] as const)('%s', (_, live, expected) => {
  expect(quotaShortages([live], need).map(({resource, hard, used}) => `${resource} ${hard} ${used}`)).toEqual(expected);
});

test('one that is overdrawn already is no matter of a move that makes nothing', () => {
  const overdrawn = quota(
    {'requests.storage': '10Gi', persistentvolumeclaims: '1'},
    {'requests.storage': '20Gi', persistentvolumeclaims: '3'},
  );
  const nothing = {...need, claims: 0, bytes: 0, classClaims: 0, classBytes: 0};
  expect(quotaShortages([overdrawn], nothing)).toEqual([]);
  expect(quotaShortages([overdrawn], need)).toHaveLength(2);
});
