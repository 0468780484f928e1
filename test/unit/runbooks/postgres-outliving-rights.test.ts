/** What is needed after the namespace of Commander went and came again is asked for where no binding of that namespace gives it. */
import {expect, test} from 'vitest';
import {rightsOf} from '../../../src/engine/rights-of.ts';
import {databaseRef} from '../../../src/runbooks/postgres-kinds.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';

function placesOf(namespace: string, text: string): readonly unknown[] {
  const target = {ref: databaseRef({namespace, name: 'db'}), uid: 'u'};
  const rights = rightsOf(postgresStorageClassByRestore, {target, parameters: {target: 'x', backupTo: 'file:/safe', keysTo: 'file:/safe'}});
  const places = rights
    .filter(({verb, permission}) => `${verb} ${permission.resource}` === text)
    .map(({attributes}) => attributes.namespace);
  return [...new Set(places.filter(place => place !== 'd8-system' && place !== 'd8-operator-postgres'))];
}

test.each(['get postgresqls', 'list pods', 'create pods/exec', 'patch secrets', 'patch deployments'])('%s', text => {
  expect(placesOf('d8-commander', text)).toEqual([undefined]);
  expect(placesOf('shop', text)).toEqual(['shop']);
});

test('what only the destruction takes is asked for in the namespace itself', () => {
  expect(placesOf('shop', 'delete postgresqls')).toEqual(['shop']);
});
