/** CEL as kube-apiserver offers it to rules: the language, its optional values, and the library functions in use. */
import {Environment} from '@marcbachmann/cel-js';
import {compilePattern} from '../schema/pattern.ts';

export function newEnvironment({isChecked}: {isChecked: boolean}): Environment {
  const environment = new Environment({enableOptionalTypes: true, homogeneousAggregateLiterals: isChecked});
  for (const [signature, handler] of Object.entries(library)) environment.registerFunction(signature, handler);
  return environment;
}

type List = readonly unknown[] | ReadonlySet<unknown>;

/** What the CEL library lacks of kube-apiserver's extensions; lists that are sets come as a Set. */
const library: Readonly<Record<string, (...values: never[]) => unknown>> = {
  'string.replace(string, string): string': (text: string, from: string, to: string) => text.replaceAll(from, () => to),
  'string.replace(string, string, int): string': replaceSome,
  'string.charAt(int): string': (text: string, index: bigint) => [...text][Number(index)] ?? '',
  'string.find(string): string': (text: string, pattern: string) => compilePattern(pattern)?.exec(text)?.[0] ?? '',
  'string.findAll(string): list<string>': findAll,
  'list.isSorted(): bool': (list: List) => [...list].every((item, index, all) => index === 0 || !isLess(item, all[index - 1])),
  'list<int>.sum(): int': (list: readonly bigint[]) => [...list].reduce((total, item) => total + item, 0n),
  'list<int>.min(): int': (list: readonly bigint[]) => leastOf(list),
  'list<int>.max(): int': (list: readonly bigint[]) => leastOf(list, -1),
  'list.indexOf(dyn): int': (list: List, value: unknown) => BigInt([...list].indexOf(value)),
  'list.lastIndexOf(dyn): int': (list: List, value: unknown) => BigInt([...list].lastIndexOf(value)),
};

function replaceSome(text: string, from: string, to: string, countMax: bigint): string {
  if (countMax < 0n) return text.replaceAll(from, () => to);
  const parts = text.split(from);
  const kept = Math.min(Number(countMax), parts.length - 1);
  return (
    parts.slice(0, kept + 1).join(to) +
    parts
      .slice(kept + 1)
      .map(part => from + part)
      .join('')
  );
}

function findAll(text: string, pattern: string): string[] {
  const compiled = compilePattern(pattern);
  return compiled === undefined ? [] : [...text.matchAll(new RegExp(compiled.source, `${compiled.flags}g`))].map(([found]) => found);
}

function isLess(left: unknown, right: unknown): boolean {
  const isSame = typeof left === typeof right;
  return isSame && (typeof left === 'bigint' || typeof left === 'string' || typeof left === 'number') && left < (right as typeof left);
}

function leastOf(list: readonly bigint[], sign = 1): bigint {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('min called on empty list');
  return rest.reduce((least, item) => (BigInt(sign) * item < BigInt(sign) * least ? item : least), first);
}
