/** The user's config: what it says of contexts, and what bad input gets. */
import {describe, expect, test} from 'vitest';
import {ConfigError, parseConfig, readConfig} from '../../../src/cli/config-file.ts';
import {accessTo} from '../../../src/cli/context-access.ts';
import {sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import {temporaryFolder} from '../cluster/temporary-folder.ts';

const folder = temporaryFolder();
const file = '/home/ivan/.config/deckhand/config.yaml';

function complaintOf(text: string): string {
  try {
    parseConfig(file, text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing';
}

test('a context may be read-only, protected, both, or neither', () => {
  const contexts = parseConfig(
    file,
    'contexts:\n  prod: {readOnly: true, protected: true}\n  stage:\n    protected: true\n  dev: {}\n  spare:\n',
  );
  expect(Object.fromEntries(contexts)).toEqual({
    prod: {isReadOnly: true, isProtected: true},
    stage: {isReadOnly: false, isProtected: true},
    dev: {isReadOnly: false, isProtected: false},
    spare: {isReadOnly: false, isProtected: false},
  });
});

test.each(['', '# nothing yet\n', 'contexts:\n', 'contexts: {}\n'])('%j says nothing of any context', text => {
  expect(parseConfig(file, text).size).toBe(0);
});

test.each([
  ['contexts: [prod]', `${file}: contexts must be a mapping`],
  ['- prod', `${file}: the file must be a mapping`],
  ['context: {}', `${file}: there is no field context: there are contexts`],
  ['contexts: {prod: {readonly: true}}', `${file}: there is no field contexts["prod"].readonly: there are readOnly, protected`],
  ['contexts: {prod: {readOnly: yes please}}', `${file}: contexts["prod"].readOnly must be true or false`],
  ['contexts: {prod: {protected: "true"}}', `${file}: contexts["prod"].protected must be true or false`],
  ['contexts: {prod: true}', `${file}: contexts["prod"] must be a mapping`],
  ['contexts:\n  prod: {readOnly: true', `${file} is not valid YAML, line 2 (bad indent)`],
  ['contexts:\n  prod: {}\n  prod: {}\n', `${file} is not valid YAML, line 3 (duplicate key)`],
])('%j is refused: %s', (text, complaint) => {
  expect(complaintOf(text)).toBe(complaint);
});

describe('the file', () => {
  test('stands in XDG_CONFIG_HOME, else in .config of the home', () => {
    folder.write('xdg/deckhand/config.yaml', 'contexts: {a: {readOnly: true}}');
    folder.write('home/.config/deckhand/config.yaml', 'contexts: {b: {readOnly: true}}');
    const home = `${folder.path}/home`;
    expect([...readConfig({XDG_CONFIG_HOME: `${folder.path}/xdg`}, home).contexts.keys()]).toEqual(['a']);
    expect([...readConfig({XDG_CONFIG_HOME: ''}, home).contexts.keys()]).toEqual(['b']);
  });

  test('may be absent', () => {
    expect(readConfig({}, `${folder.path}/nowhere`).contexts.size).toBe(0);
  });

  test('that cannot be read is an error', () => {
    folder.write('odd/deckhand/config.yaml/inside', '');
    expect(() => readConfig({XDG_CONFIG_HOME: `${folder.path}/odd`}, '/nowhere')).toThrow(/config\.yaml cannot be read \(EISDIR\)/);
  });
});

describe('access to a context', () => {
  const config = {file, contexts: parseConfig(file, 'contexts: {prod: {readOnly: true, protected: true}, dev: {}}')};

  test.each([
    ['prod', false, `prod is read-only, as ${file} says`, true],
    ['prod', true, 'this is read-only, as --readonly says', true],
    ['dev', false, undefined, false],
    ['dev', true, 'this is read-only, as --readonly says', false],
    ['unheard-of', false, undefined, false],
  ] as const)('%s with --readonly %s', (context, flag, why, isProtected) => {
    const access = accessTo(context, flag, config);
    expect([access.readOnly && sayInEnglish(access.readOnly), access.isProtected]).toEqual([why, isProtected]);
  });
});
