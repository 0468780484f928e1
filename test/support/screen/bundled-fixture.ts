/** The fixture program as one file, as the product is: loading Ink from its many files takes a second. */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {bundle} from '../../../scripts/bundle.ts';

export async function bundleFixture(): Promise<{file: string; remove(): Promise<void>}> {
  const folder = await mkdtemp(join(tmpdir(), 'deckhand-fixture-'));
  const file = join(folder, 'fixture.mjs');
  await bundle({entry: 'test/support/screen/fixture-app.tsx', outfile: file});
  return {file, remove: () => rm(folder, {recursive: true, force: true})};
}
