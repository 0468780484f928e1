/** The catalogues hold what deckhand says, and nothing else: in both languages, to the same arguments, within the room there is. */
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {chooseLanguage, loadCatalogue} from '../../../../src/cli/language.ts';
import {english} from '../../../../src/domain/messages/english.ts';
import {phrase, say} from '../../../../src/domain/messages/phrase.ts';
import {russian} from '../../../../src/domain/messages/russian.ts';
import {expectedInRussian} from '../../../../src/domain/messages/russian-forms.ts';
import {risks} from '../../../../src/domain/run.ts';
import {verdictWords} from '../../../../src/domain/verdict.ts';
import {textWidth} from '../../../../src/ui/width.ts';
import {readSources} from '../../../support/source-code.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const speakers = readSources(root, 'src').filter(({path}) => !/^src\/domain\/messages\/(english|russian)/.test(path));

test('every sentence is said somewhere', () => {
  const said = new Set(
    speakers.flatMap(({withoutComments}) => [...withoutComments.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)*)'/gi)].map(match => match[1])),
  );
  // Said as `verdict.${word}` and `screen.${state}`.
  for (const word of verdictWords) said.add(`verdict.${word}`);
  for (const kind of ['shell', 'editor', 'pod', 'log']) said.add(`terminal.kind.${kind}`);
  for (const purpose of ['shell', 'log', 'ports']) for (const what of ['choose', 'nothing']) said.add(`pod.${what}.${purpose}`);
  for (const risk of risks) said.add(`risk.${risk}`);
  for (const choice of [...said]) for (const part of ['choice', 'effect']) said.add(`${part}.${choice}`);
  for (const state of ['syncing', 'forbidden', 'absent']) said.add(`screen.${state}`);
  expect(Object.keys(english).filter(key => !said.has(key))).toEqual([]);
});

describe('in Russian', () => {
  const keys = Object.keys(english) as (keyof typeof english)[];

  test('there are the same sentences, and no others', () => {
    expect(Object.keys(russian).sort()).toEqual([...keys].sort());
  });

  test('a sentence takes no argument that the English one does not take', () => {
    const greedy = keys.filter(key => russian[key].length > english[key].length);
    expect(greedy).toEqual([]);
  });

  test('every sentence is Russian, but for names and what stands as the cluster says it', () => {
    const latin = Object.entries(russian)
      .filter(([, sentence]) => !/[а-яё]/i.test(sentence.toString()))
      .map(([key]) => key);
    expect(latin).toEqual([
      'text',
      'words',
      'action.cordon',
      'action.uncordon',
      'action.drain',
      'screen.conditions',
      'screen.yaml',
      'screen.counted',
      'verdict.node.trouble',
      'verdict.instance.starting',
      'verdict.pod.failed',
      'verdict.pod.container',
      'verdict.container.failed',
      'verdict.generic.column',
    ]);
  });

  // Two columns of help at 120, a verdict's word beside its reason at 80.
  test.each([
    ['a title of a key', 27, Object.keys(russian).filter(key => /^key\./.test(key))],
    ['a heading of help', 14, Object.keys(russian).filter(key => /^group\./.test(key))],
    ['a word of a verdict', 10, verdictWords.map(word => `verdict.${word}`)],
  ])('%s takes at most %d columns', (_, columnsMax, names) => {
    const sentences = new Map<string, (...args: readonly never[]) => string>(Object.entries(russian));
    const texts = names.map(name => sentences.get(name)?.('' as never) ?? '').filter(text => !text.endsWith('.'));
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.filter(text => textWidth(text) > columnsMax)).toEqual([]);
  });

  test('what a field was expected to be is said in Russian too', () => {
    const expected = speakers.flatMap(({withoutComments}) =>
      [...withoutComments.matchAll(/(?:UnreadableField|wrongType|\bwrong)\([^;]*?'([^']+)'\)/g)].map(match => match[1] ?? ''),
    );
    const untranslated = expected.filter(form => /\w \w/.test(form) && form !== 'true or false' && expectedInRussian(form) === form);
    expect(expected).toContain('a string');
    expect(untranslated).toEqual([]);
  });

  test.each([
    [1, 'не готов 1 из 21 узла'],
    [3, 'не готовы 3 из 21 узла'],
    [5, 'не готово 5 из 21 узла'],
    [11, 'не готово 11 из 21 узла'],
  ])('nouns and verbs follow the number: %d', (missing, sentence) => {
    expect(say(russian, phrase('verdict.group.notReady', missing, 21))).toBe(sentence);
  });

  test.each([
    [0, '… 0 записей'],
    [1, '… 1 запись'],
    [22, '… 22 записи'],
    [112, '… 112 записей'],
    [12_005, '… 12\u00A0005 записей'],
  ])('large numbers are grouped as Russians write them: %d', (count, sentence) => {
    expect(say(russian, phrase('page.folded', count))).toBe(sentence);
  });

  test('a sentence inside a sentence is said in the same language', () => {
    const nested = phrase('credentials.oidcFailed', 'https://dex', phrase('credentials.oidcNoToken'));
    expect(say(russian, nested)).toBe(
      'https://dex не выдаёт новый id-token (в ответе нет id_token): войдите заново своим OIDC-инструментом',
    );
  });
});

describe('the language', () => {
  test.each([
    [{LANG: 'ru_RU.UTF-8'}, undefined, 'ru'],
    [{LANG: 'ru'}, undefined, 'ru'],
    [{LANG: 'ru_RU.UTF-8', LC_ALL: 'C.UTF-8'}, undefined, 'en'],
    [{LANG: 'ru_RU.UTF-8', LC_MESSAGES: 'en_US.UTF-8'}, undefined, 'en'],
    [{LANG: 'de_DE.UTF-8', LC_ALL: ''}, undefined, 'en'],
    [{LANG: 'run_BI'}, undefined, 'en'],
    [{}, undefined, 'en'],
    [{LANG: 'ru_RU.UTF-8'}, 'en', 'en'],
    [{LANG: 'C'}, 'ru', 'ru'],
  ] as const)('%j with the flag %s is %s', (env, flag, language) => {
    expect(chooseLanguage(flag, env)).toBe(language);
  });

  test('picks a catalogue', async () => {
    expect(say(await loadCatalogue('ru'), phrase('key.help'))).toBe('помощь');
    expect(say(await loadCatalogue('en'), phrase('key.help'))).toBe('help');
  });
});
