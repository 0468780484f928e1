/** The filter's regular expressions: the same answers as the language's own, in bounded time. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {sayInEnglish} from '../../../../src/domain/messages/phrase.ts';
import {compileRegex} from '../../../../src/domain/query/linear-regex.ts';

function matches(pattern: string, text: string): boolean {
  const compiled = compileRegex(pattern);
  if ('error' in compiled) throw new Error(sayInEnglish(compiled.error));
  return compiled.regex.test(text);
}

function errorOf(pattern: string): string {
  const compiled = compileRegex(pattern);
  return 'error' in compiled ? sayInEnglish(compiled.error) : 'no error';
}

describe('what matches', () => {
  test.each([
    ['nginx', 'ingress-NGINX-1', true],
    ['^nginx', 'ingress-nginx', false],
    ['nginx$', 'ingress-nginx', true],
    ['a|b', 'xbx', true],
    ['^(foo|bar)-\\d+$', 'bar-12', true],
    ['^(foo|bar)-\\d+$', 'bar-', false],
    ['web-[0-9a-f]{4}$', 'web-12AF', true],
    ['[^a-z]', 'abc', false],
    ['[^a-z]', 'abC', false],
    ['[^a-z]', 'ab1', true],
    ['\\bweb\\b', 'my web app', true],
    ['\\bweb\\b', 'website', false],
    ['1\\.71\\.', 'v1.71.3', true],
    ['1\\.71\\.', 'v1x71x3', false],
    ['СЕРВЕР', 'мой сервер', true],
    ['^.$', '😀', true],
    ['(?i)Foo', 'foo', true],
    ['', 'anything', true],
    ['{x', 'a{x', true],
    ['[\\w-]+@\\S', 'some-one@host', true],
  ])('%s on %s: %s', (pattern, text, isMatch) => {
    expect(matches(pattern, text)).toBe(isMatch);
  });
});

describe('what cannot be read is said in a sentence', () => {
  test.each([
    ['(foo', 'a ( lacks its )'],
    ['foo)', 'a ) lacks its ('],
    ['[a-', 'a [ lacks its ]'],
    ['*foo', 'nothing stands before * to be repeated (write \\* for the character itself)'],
    ['foo|+', 'nothing stands before + to be repeated (write \\+ for the character itself)'],
    ['[z-a]', 'z-a is no range of characters'],
    ['a{3,2}', 'the count {3,2} runs backwards or is too large'],
    ['(?=a)', '(?= is not supported in patterns'],
    ['(a)\\1', '\\1 is not supported in patterns'],
    ['foo\\', 'a \\ at the end needs a character after it'],
    ['(a{999}){999}', 'the count {999} runs backwards or is too large'],
    ['x'.repeat(201), 'the pattern is longer than 200 characters'],
  ])('%s', (pattern, sentence) => {
    expect(errorOf(pattern)).toBe(sentence);
  });
});

test('no pattern throws, readable or not', () => {
  fc.assert(
    fc.property(fc.string({unit: fc.constantFrom(...'ab()[]{}|*+?^$\\.-,1:=!<>iP'), maxLength: 16}), fc.string(), (pattern, text) => {
      const compiled = compileRegex(pattern);
      if ('regex' in compiled) expect(typeof compiled.regex.test(text)).toBe('boolean');
    }),
    {numRuns: 1000},
  );
});

test('patterns that send a backtracking matcher astray are answered', () => {
  const text = `${'a'.repeat(5000)}!`;
  for (const pattern of ['^(a+)+$', '^(a|aa)+$', '(.*)*x', '(a*)*b', '.*.*.*.*.*x']) {
    expect(matches(pattern, text)).toBe(false);
  }
});
