/** What each kind of filter term keeps, and what is said of those that cannot be read. */
import {describe, expect, test} from 'vitest';
import {sayInEnglish} from '../../../../src/domain/messages/phrase.ts';
import type {ColumnValue, QueryColumn} from '../../../../src/domain/query/column-kind.ts';
import {type Filter, type FilterRow, parseFilter} from '../../../../src/domain/query/filter.ts';

const now = 10 * 86_400_000;

const columns: readonly QueryColumn[] = [
  {title: 'NAME', kind: 'text'},
  {title: 'WEIGHT', kind: 'number'},
  {title: 'PHASE', kind: 'text'},
  {title: 'VERSION', kind: 'version'},
  {title: 'MEMORY', kind: 'quantity'},
  {title: 'LAST SEEN', kind: 'time'},
  {title: 'AGE', kind: 'age'},
];

const rows: Record<string, readonly ColumnValue[]> = {
  prometheus: ['prometheus', 901, 'Ready', 'v1.71.3', '1Gi', now - 30_000, now - 3 * 86_400_000],
  console: ['console', 340, 'Downloading', 'v1.71.3-rc.1', '512Mi', now - 120_000, now - 300_000],
  ingress: ['ingress nginx', undefined, '', 'v1.9.0', '2G', undefined, now - 7_200_000],
  stronghold: ['stronghold', 950, 'Error', 'nonsense', undefined, now, now],
};

function rowOf(values: readonly ColumnValue[]): FilterRow {
  const text = (index: number): string => String(values[index] ?? '');
  return {text, value: index => values[index], joined: () => values.map((_, index) => text(index)).join(' '), now: () => now};
}

function parsed(text: string): Filter {
  const result = parseFilter(text, columns);
  if ('error' in result) throw new Error(sayInEnglish(result.error));
  return result.filter;
}

function kept(text: string): string {
  const filter = parsed(text);
  return Object.entries(rows)
    .filter(([, values]) => filter.matches(rowOf(values)))
    .map(([name]) => name)
    .join(' ');
}

describe('terms keep the rows they describe', () => {
  test.each([
    ['', 'prometheus console ingress stronghold'],
    ['   ', 'prometheus console ingress stronghold'],
    ['READY', 'prometheus'],
    ['ready|error', 'prometheus stronghold'],
    ['^console', 'console'],
    ['o n', 'console stronghold'],
    ['con down', 'console'],
    ['"ingress nginx"', 'ingress'],
    ['"nginx ingress"', ''],
    ['nginx ingress', 'ingress'],
    ['!ready', 'console ingress stronghold'],
    ['!ready !error', 'console ingress'],
    ['!', 'prometheus console ingress stronghold'],
    ['PHASE:^(ready|err)', 'prometheus stronghold'],
    ['phase:', 'prometheus console ingress stronghold'],
    ['!phase:ready', 'console ingress stronghold'],
    ['phase=ready', 'prometheus'],
    ['phase=read', ''],
    ['phase=Ready|Error', 'prometheus stronghold'],
    ['phase!=Ready', 'console ingress stronghold'],
    ['!phase!=Ready', 'prometheus'],
    ['phase!=Ready|Error', 'console ingress'],
    ['phase=', 'ingress'],
    ['phase!=', 'prometheus console stronghold'],
    ['name="ingress nginx"', 'ingress'],
    ['name>d', 'prometheus ingress stronghold'],
    ['weight>900', 'prometheus stronghold'],
    ['weight>=901', 'prometheus stronghold'],
    ['weight<901', 'console'],
    ['weight<=901.0', 'prometheus console'],
    ['weight=901.0', 'prometheus'],
    ['weight!=901', 'console ingress stronghold'],
    ['weight:^9', 'prometheus stronghold'],
    ['age<10m', 'console stronghold'],
    ['AGE>2d', 'prometheus'],
    ['age>=2h', 'prometheus ingress'],
    ['lastseen>=1m', 'console'],
    ['last-seen<1m', 'prometheus stronghold'],
    ['"last seen"<1m', 'prometheus stronghold'],
    ['version>=1.71', 'prometheus console'],
    ['version>=1.71.3', 'prometheus'],
    ['version<1.10', 'ingress'],
    ['version=1.71.3', 'prometheus'],
    ['memory>600Mi', 'prometheus ingress'],
    ['memory=1024Mi', 'prometheus'],
    ['weight>300 weight<400 !phase=ready', 'console'],
    ['"phase:"', ''],
    ['(?:a|o)n', 'console stronghold'],
    ['e(s+)', 'ingress'],
  ])('%s', (text, names) => {
    expect(kept(text)).toBe(names);
  });
});

test('ages that a server has printed are compared as durations', () => {
  const filter = parsed('age>1h');
  expect(['5m', '3h', '2d4h', '<unknown>'].filter(age => filter.matches(rowOf(['x', 1, '', '', '', '', age])))).toEqual(['3h', '2d4h']);
});

describe('selectors go to the server', () => {
  test.each([
    ['-l app=web', 'app=web', undefined],
    ['-lapp=web', 'app=web', undefined],
    ['-l=app=web', 'app=web', undefined],
    ['--selector=app', 'app', undefined],
    ['-l app=web,tier!=db -l "env in (prod, test)"', 'app=web,tier!=db,env in (prod, test)', undefined],
    ['-l !node.deckhouse.io/group', '!node.deckhouse.io/group', undefined],
    ['-f spec.nodeName=n1', undefined, 'spec.nodeName=n1'],
    ['-f metadata.name!=a --field-selector status.phase=Running', undefined, 'metadata.name!=a,status.phase=Running'],
  ])('%s', (text, labelSelector, fieldSelector) => {
    const filter = parsed(text);
    expect([filter.labelSelector, filter.fieldSelector]).toEqual([labelSelector, fieldSelector]);
  });

  test('beside terms that stay here', () => {
    const filter = parsed('ready -l app=web phase=ready');
    expect(filter.labelSelector).toBe('app=web');
    expect(Object.values(rows).filter(values => filter.matches(rowOf(values)))).toHaveLength(1);
  });
});

describe('what cannot be read is said where it stands', () => {
  test.each([
    ['ready (foo', 'a ( lacks its )', 6],
    [
      'x colour=red',
      'no column colour: there are NAME, WEIGHT, PHASE, VERSION, MEMORY, LAST SEEN, AGE (in quotes it is searched as text)',
      2,
    ],
    ['weight>heavy', 'WEIGHT needs a number, like 10', 0],
    ['weight>', 'WEIGHT needs a number, like 10', 0],
    ['age>10', 'AGE needs a duration, like 10m or 2d', 0],
    ['version<new', 'VERSION needs a version, like 1.71.3', 0],
    ['memory>lots', 'MEMORY needs a quantity, like 500m or 1Gi', 0],
    ['name<', 'NAME needs something to compare with', 0],
    ['!phase:[', 'a [ lacks its ]', 0],
    ['-l', '-l needs a label selector, like -l app=web', 0],
    ['a -f', '-f needs a field selector, like -f spec.nodeName=n1', 2],
    ['-l app=we$b', 'app=we$b is no label selector: write app=web, app!=web, app or "app in (web,db)"', 0],
    ['-f nodeName', 'nodeName is no field selector: write metadata.name=web or spec.nodeName!=n1', 0],
  ])('%s', (text, sentence, position) => {
    const result = parseFilter(text, columns);
    expect('error' in result && [sayInEnglish(result.error), result.position]).toEqual([sentence, position]);
  });
});
