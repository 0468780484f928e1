/** The catalogue holds what deckhand says, and nothing else. */
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {english} from '../../../../src/domain/messages/english.ts';
import {verdictWords} from '../../../../src/domain/verdict.ts';
import {readSources} from '../../../support/source-code.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');

test('every sentence is said somewhere', () => {
  const speakers = readSources(root, 'src').filter(({path}) => !path.startsWith('src/domain/messages/english'));
  const said = new Set(
    speakers.flatMap(({withoutComments}) => [...withoutComments.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)*)'/gi)].map(match => match[1])),
  );
  // Said as `verdict.${word}`.
  for (const word of verdictWords) said.add(`verdict.${word}`);
  expect(Object.keys(english).filter(key => !said.has(key))).toEqual([]);
});
