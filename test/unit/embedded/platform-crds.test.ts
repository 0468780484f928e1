import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {parseAllDocuments} from 'yaml';
import {platformCrds} from '../../../src/embedded/world/platform-crds.ts';

test('the packed CRDs are those of deploy/crds/platform; scripts/platform-crds.ts packs them anew', () => {
  const folder = new URL('../../../deploy/crds/platform/', import.meta.url);
  const files = readdirSync(folder).filter(file => file.endsWith('.yaml'));
  const written = files.flatMap(file => parseAllDocuments(readFileSync(new URL(file, folder), 'utf8')).map(document => document.toJSON()));
  expect(platformCrds()).toEqual(written);
});
