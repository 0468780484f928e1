/** An object's lines: the YAML that kubectl prints, each line with its field. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {sayInEnglish} from '../../../../src/domain/messages/phrase.ts';
import {changedLines} from '../../../../src/domain/page/changed-lines.ts';
import {type Line, yamlLines} from '../../../../src/domain/page/yaml-lines.ts';

const none: ReadonlySet<string> = new Set();

function text(lines: readonly Line[]): string {
  return lines.map(line => line.text + (line.note === undefined ? '' : ` ${sayInEnglish(line.note)}`)).join('\n');
}

test('an object looks as kubectl prints it', () => {
  const object = {
    kind: 'NodeGroup',
    apiVersion: 'deckhouse.io/v1',
    metadata: {
      name: 'worker',
      creationTimestamp: '2026-01-02T03:04:05Z',
      labels: {'node.deckhouse.io/group': 'worker', on: 'true', port: '8080'},
      annotations: {note: 'first: one\nsecond\n', hash: '1234e56', empty: '', star: '*x'},
      managedFields: [{manager: 'kubectl'}, {manager: 'controller'}, {manager: 'controller'}],
    },
    spec: {staticInstances: {count: 2}, taints: [], chaos: {}, cri: null},
    status: {conditions: [{type: 'Ready', status: 'True', message: "it's: here"}], matrix: [[1, 2], ['a']]},
  };
  expect(text(yamlLines(object))).toBe(
    `
apiVersion: deckhouse.io/v1
kind: NodeGroup
metadata:
  annotations:
    empty: ""
    hash: "1234e56"
    note: |
      first: one
      second
    star: '*x'
  creationTimestamp: "2026-01-02T03:04:05Z"
  labels:
    node.deckhouse.io/group: worker
    "on": "true"
    port: "8080"
  managedFields: … 3 entries
  name: worker
spec:
  chaos: {}
  cri: null
  staticInstances:
    count: 2
  taints: []
status:
  conditions:
  - message: 'it''s: here'
    status: "True"
    type: Ready
  matrix:
  - - 1
    - 2
  - - a`.trimStart(),
  );
});

describe('folding', () => {
  const object = {metadata: {name: 'x', managedFields: [{manager: 'a'}]}, status: {a: 1, b: [1]}};

  test('a folded field is one line that tells how much it holds', () => {
    expect(text(yamlLines(object, new Set(['/status', '/metadata/managedFields'])))).toBe(
      'metadata:\n  managedFields: … 1 entry\n  name: x\nstatus: … 2 entries',
    );
  });

  test('lines with more below say whether they are open', () => {
    expect(
      yamlLines(object)
        .filter(line => line.fold !== undefined)
        .map(({path, fold}) => `${path} ${fold}`),
    ).toEqual(['/metadata open', '/metadata/managedFields folded', '/status open', '/status/b open']);
  });
});

describe('text that could deceive is escaped', () => {
  test.each([
    ['red \u001b[31m', 'v: "red \\e[31m"'],
    ['evil \u202egnp.exe', 'v: "evil \\u202egnp.exe"'],
    ['zero\u200bwidth', 'v: "zero\\u200bwidth"'],
    ['bell\u0007 null\u0000 \u0085', 'v: "bell\\a null\\0 \\x85"'],
    ['half \ud800', 'v: "half \\ud800"'],
    ['tag \u{e0041}', 'v: "tag \\U000e0041"'],
    ['back\\slash "and" quote', 'v: back\\slash "and" quote'],
    ['back\\slash\ttab', 'v: "back\\\\slash\\ttab"'],
    ['семья 👨‍👩‍👧 é 漢字', 'v: семья 👨‍👩‍👧 é 漢字'],
    ['\u001b one\n  two\u202e\nthree', 'v: "\\e one\\n\\\n  \\  two\\u202e\\n\\\n  three"'],
  ])('%j', (value, line) => {
    expect(text(yamlLines({v: value}))).toBe(line);
  });
});

describe('big objects', () => {
  test('a long value is cut and says how much is missing', () => {
    const lines = yamlLines({a: 'x'.repeat(5_000_000), b: `${'line\n'.repeat(1_000)}end`});
    expect(lines[0]?.text.length).toBe('a: '.length + 4_000);
    expect(sayInEnglish(lines[0]?.note ?? {key: 'text', args: ['nothing']})).toBe('… 4,996,000 more characters');
    expect(lines.filter(line => line.path.startsWith('/b'))).toHaveLength(801);
    expect(sayInEnglish(lines.at(-1)?.note ?? {key: 'text', args: ['nothing']})).toBe('… 1,003 more characters');
  });

  test('a long list ends with what prints all of it', () => {
    const lines = yamlLines({list: Array.from({length: 300_000}, (_, index) => index)});
    expect(lines.length).toBe(20_001);
    expect(text(lines.slice(-1))).toBe(' … cut after 20,000 lines; deckhand get -o yaml prints all of it');
  });

  test('no depth is too deep', () => {
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 20_000; level += 1) deep = {deep, list: [[{}]]};
    expect(yamlLines(deep).length).toBeLessThan(500);
  });
});

const interesting = fc.constantFrom(
  ...[
    '',
    ' ',
    'true',
    'No',
    'null',
    '~',
    '1',
    '-1.5e3',
    '0x1F',
    '1_000',
    '12:30:45',
    '2026-01-02',
    '2026-01-02T03:04:05Z',
    '.inf',
    '=',
    '<<',
  ],
  ...[
    '- a',
    '-',
    '-a',
    '? b',
    '?',
    ': c',
    ':',
    'a:',
    'a: b',
    'a #b',
    '#',
    '&a',
    '*a',
    '!t',
    '|',
    '>',
    "'",
    '"',
    '%',
    '@',
    '`',
    '{}',
    '[]',
    ',',
  ],
  ...[
    '---',
    '--- a',
    '...',
    'a\nb',
    'a\n',
    '\n',
    '\n\n',
    'a\n\n',
    ' a\nb',
    '\na',
    'a\n b',
    'a \nb',
    'a\nb ',
    'a\n\n\nb\n',
    '\ta\nb',
    'a\r\nb',
  ],
  ...['\u001b', '\u202e', '\u2028', '\u0085', '\ufeff', '\u{e0001}', 'и\nй', '\\', '\\n\n\t', '"\n"\u0007', '   \n  x\u0007\n y', ' \n'],
);
const scalar = fc.oneof(
  interesting,
  fc.string({unit: 'binary'}),
  fc.string(),
  fc.integer(),
  fc.double({noNaN: true, noDefaultInfinity: true}),
  fc.boolean(),
  fc.constant(null),
);
const name = fc
  .oneof(interesting, fc.string({minLength: 1}), fc.constantFrom('name', 'type', 'a/b', 'a~b'))
  .filter(key => key !== '__proto__');
const {value} = fc.letrec<{value: unknown}>(tie => ({
  value: fc.oneof({maxDepth: 4}, scalar, fc.array(tie('value'), {maxLength: 3}), fc.dictionary(name, tie('value'), {maxKeys: 3})),
}));
const objects = fc.dictionary(name, value, {maxKeys: 4, noNullPrototype: true});

test('whatever the object, a parser reads it back from its lines', () => {
  fc.assert(
    fc.property(objects, object => {
      const wire: Record<string, unknown> = JSON.parse(JSON.stringify(object));
      expect(parse(`${text(yamlLines(wire, none))}\n`, {uniqueKeys: true}) ?? {}).toEqual(wire);
    }),
    {numRuns: 2000},
  );
});

test('no two lines have the same path, and no line breaks', () => {
  fc.assert(
    fc.property(objects, object => {
      const lines = yamlLines(object, none);
      expect(new Set(lines.map(line => line.path)).size).toBe(lines.length);
      expect(lines.filter(line => /[\n\r\u001b\u202e\u2028\u0085]/.test(line.text))).toEqual([]);
    }),
  );
});

describe('changed lines', () => {
  const before = {
    spec: {replicas: 1, list: ['a', 'b']},
    status: {
      conditions: [
        {type: 'Ready', status: 'True'},
        {type: 'Scaling', status: 'False', reason: 'Calm'},
      ],
    },
  };
  const changes = (after: Record<string, unknown>, folded = none): string[] => [
    ...changedLines(yamlLines(before, folded), yamlLines(after, folded)),
  ];

  test('nothing changed, nothing marked', () => {
    expect(changes(structuredClone(before))).toEqual([]);
  });

  test('a line is marked by its field, though others have moved it', () => {
    expect(changes({...before, metadata: {name: 'x'}, spec: {...before.spec, replicas: 2}})).toEqual([
      '/metadata',
      '/metadata/name',
      '/spec/replicas',
    ]);
  });

  test('a condition that comes first moves the others without marking them', () => {
    const conditions = [{type: 'Error', status: 'True'}, ...before.status.conditions];
    expect(changes({...before, status: {conditions}})).toEqual([
      '/status/conditions/type=Error/status',
      '/status/conditions/type=Error/type',
    ]);
  });

  test('what is gone marks the nearest line that still stands', () => {
    const [ready] = before.status.conditions;
    expect(changes({...before, status: {conditions: [ready]}})).toEqual(['/status/conditions']);
    expect(changes({status: before.status, spec: {replicas: 1, list: ['a']}})).toEqual(['/spec/list']);
  });

  test('folding and unfolding mark nothing', () => {
    expect([...changedLines(yamlLines(before, none), yamlLines(before, new Set(['/status'])))]).toEqual([]);
    expect([...changedLines(yamlLines(before, new Set(['/status'])), yamlLines(before, none))]).toEqual([]);
  });
});
