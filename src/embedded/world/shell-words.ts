/** Cuts one line of a shell into commands: quotes, variables, `;`, `&&`, `||`, `>&2` and `2>&1`. No more of a shell's grammar is known. */

export type ShellCommand = {
  readonly words: readonly string[];
  /** What goes to standard output goes to the errors instead. */
  readonly isToErrors: boolean;
  /** When it is run, by the code of the command before it. */
  readonly when: 'always' | 'success' | 'failure';
};

const token = /\s*(?:(;|&&|\|\||\n)|(1?>&2)|(2>&1)|((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s;&|<>'"\\])+)|(\S))/gy;
const nextWhen: Readonly<Record<string, ShellCommand['when']>> = {'&&': 'success', '||': 'failure'};

/** One by one, so that a command sees what the ones before it have set. Throws SyntaxError naming what is not known. */
export function* readCommands(line: string, variable: (name: string) => string): Generator<ShellCommand> {
  let words: string[] = [];
  let isToErrors = false;
  let when: ShellCommand['when'] = 'always';
  for (const [, separator, toErrors, , word, unknown] of line.trim().matchAll(token)) {
    if (unknown !== undefined) throw new SyntaxError(unknown);
    if (toErrors !== undefined) isToErrors = true;
    if (word !== undefined) words.push(expand(word, variable));
    if (separator === undefined) continue;
    if (words.length > 0) yield {words, isToErrors, when};
    when = nextWhen[separator] ?? 'always';
    words = [];
    isToErrors = false;
  }
  if (words.length > 0) yield {words, isToErrors, when};
}

function expand(word: string, variable: (name: string) => string): string {
  const variables = (text: string) => text.replace(/\$(?:\{(\w+)\}|(\w+|\?))/g, (_all, long, short) => variable(long ?? short));
  return word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)/g, (_all, plain, quoted, escaped, bare) => {
    if (plain !== undefined) return plain;
    if (quoted !== undefined) return variables(quoted).replace(/\\(["\\$])/g, '$1');
    return escaped ?? variables(bare ?? '');
  });
}
