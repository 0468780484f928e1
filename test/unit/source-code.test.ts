/** The reader on which the architecture test stands. */
import {describe, expect, test} from 'vitest';
import {importsOf, linesWith, parseSource} from '../support/source-code.ts';

/** `#{` in these tests is a template's `$` and `{`, which a linter would take for a slip in a plain string. */
function template(text: string): string {
  return text.replaceAll('#{', ['$', '{'].join(''));
}

function code(text: string): string {
  return parseSource('x.ts', template(text)).code;
}

describe('imports', () => {
  test.each<[string, string, boolean]>([
    ["import {a} from './a.ts';", './a.ts', false],
    ["import type {A} from './a.ts';", './a.ts', true],
    ["import {type A} from './a.ts';", './a.ts', false],
    ["import a, {\n  b,\n  c,\n} from 'react';", 'react', false],
    ['import * as path from "node:path";', 'node:path', false],
    ["import './a.ts';", './a.ts', false],
    ["export {a} from './a.ts';", './a.ts', false],
    ["export type {A} from './a.ts';", './a.ts', true],
    ["export * from './a.ts';", './a.ts', false],
    ["const {a} = await import('./a.ts');", './a.ts', false],
    ["type A = import('./a.ts').A;", './a.ts', false],
    ['await import(`./a.ts`);', './a.ts', false],
    ['await import(`./#{name}.ts`);', '(computed)', false],
    ['await import(name);', '(computed)', false],
  ])('%s', (text, target, isType) => {
    expect(importsOf(parseSource('x.ts', `const x = 1;\n${template(text)}\n`))).toEqual([{target, isType, line: 2}]);
  });

  test('none where there is none', () => {
    const text =
      "// import a from 'b'\n/* export * from 'c' */\nconst s = \"import d from 'e'\";\nexport const t = 'f';\nexport function from() { return 'g'; }\n";
    expect(importsOf(parseSource('x.ts', text))).toEqual([]);
  });
});

describe('what is no code is blank', () => {
  test.each([
    ['a // b', 'a     '],
    ['a /* b\nc */ d', 'a     \n     d'],
    ["f('it\\'s', \"x\")", 'f(\'     \', " ")'],
    ["const url = 'https://x'; b", "const url = '         '; b"],
    ['x = /[/"]\'/g; b', 'x = /      g; b'],
    ['a / b / c', 'a / b / c'],
    ['x => /a b/.test(y)', 'x => /   /.test(y)'],
    ['return /"/', 'return / /'],
    ['`a #{b + `c #{d} e`} f` + g', '`  #{b + `  #{d}  `}  ` + g'],
    ['`#{{a: {b}}}` c', '`#{{a: {b}}}` c'],
    ['<A b="c">text</A>; d', '<A b=" ">text</A>; d'],
  ])('%s', (text, expected) => {
    expect(code(text)).toBe(template(expected));
  });

  test('lines are found where they stand', () => {
    expect(linesWith(parseSource('x.ts', 'a\n// any\nlet b: any;\n'), /\bany\b/g)).toEqual([3]);
  });
});
