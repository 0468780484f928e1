/** Which runs a controller leaves to the machine that planned them. */
import {expect, test} from 'vitest';
import {isBoundToMachine} from '../../../../src/cli/controller/bound-to-machine.ts';

test('those that were planned on a machine and keep something there', () => {
  const toFolder = {target: 'shop/db', backupTo: 'file:/home/anna'};
  expect(isBoundToMachine({planDigest: 'd', parameters: toFolder})).toBe(true);
  expect(isBoundToMachine({parameters: toFolder})).toBe(false);
  expect(isBoundToMachine({planDigest: 'd', parameters: {target: 'shop/db', backupTo: 'pvc:safe/dumps'}})).toBe(false);
});
