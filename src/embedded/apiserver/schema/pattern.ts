/** Go's regular expressions (RE2) as far as CRD patterns use them, on the engine of the runtime. */

/** A pattern that cannot be compiled here matches everything: the CRD was accepted, so its objects must be. */
export function matchesPattern(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  return compiled === undefined || compiled.test(text);
}

export function compilePattern(pattern: string): RegExp | undefined {
  const [, flags = '', rest = pattern] = /^\(\?([imsU]+)\)([\s\S]*)$/.exec(pattern) ?? [];
  const source = rest
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$')
    .replace(/\(\?P</g, '(?<')
    .replace(/\[\[:(\w+):\]\]/g, (_, name: string) => posixClasses[name] ?? '.');
  try {
    return new RegExp(source, `${flags.replace(/[^ims]/g, '')}u`);
  } catch {
    return compileLoosely(source);
  }
}

/** Without the u flag, escapes such as `\-` that RE2 accepts are accepted too. */
function compileLoosely(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '[0-9A-Za-z]',
  alpha: '[A-Za-z]',
  digit: '[0-9]',
  lower: '[a-z]',
  upper: '[A-Z]',
  space: '[\\t\\n\\v\\f\\r ]',
  xdigit: '[0-9A-Fa-f]',
};
