/** What a form learns of a parameter: of which targets it is needed, and that a refusal is about it. */
import {expect, test} from 'vitest';
import {entryOf} from '../../../../src/cli/desk/catalogue-entries.ts';
import {refusalOf} from '../../../../src/cli/desk/plan-request.ts';
import {runbookText} from '../../../../src/cli/runbook/show-runbook.ts';
import {checkParameters} from '../../../../src/engine/check-parameters.ts';
import type {Reader} from '../../../../src/engine/reader.ts';
import {gatherSafekeeping} from '../../../../src/runbooks/postgres-safekeeping.ts';
import {postgresStorageClass} from '../../../../src/runbooks/postgres-storage-class.ts';
import {postgresStorageClassByRestore} from '../../../../src/runbooks/postgres-storage-class-by-restore.ts';

const unread: Reader = {
  get: async () => undefined,
  list: async () => [],
  served: async () => undefined,
  run: () => Promise.reject(new Error('nothing is run')),
  rehearse: async () => undefined,
  now: () => 0,
};

const database = {namespace: 'd8-commander', name: 'commander-postgres'};

test.each([postgresStorageClass, postgresStorageClassByRestore])('the place for keys is needed for Commander alone: $name', runbook => {
  const keysTo = entryOf(runbook).parameters.find(({name}) => name === 'keysTo');
  expect(keysTo).toMatchObject({isRequired: false, neededFor: {en: 'needed for Commander’s database'}});
  expect(runbookText(runbook)).toContain('- keysTo (string, needed for Commander’s database): ');
});

test('a parameter that is missing or wrong is named apart from the sentence', () => {
  const given = {target: 'd8-commander/commander-postgres', storageClass: 'fast'};
  const refused = thrownBy(() => checkParameters(postgresStorageClass, given));
  expect(refusalOf(refused)).toMatchObject({reason: 'BadParameter', parameter: 'backupTo'});
});

test('so is one that only this target needs', async () => {
  const asked = gatherSafekeeping(unread, {database, owner: 'commander', leftClass: 'slow', backupTo: 'none', keysTo: undefined});
  const refused: unknown = await asked.catch((error: unknown) => error);
  expect(refusalOf(refused)).toMatchObject({reason: 'NoDestination', parameter: 'keysTo'});
});

function thrownBy(check: () => unknown): unknown {
  try {
    return check();
  } catch (error) {
    return error;
  }
}
