/** What each `:` line means, and what is suggested while it is typed. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {sayInEnglish} from '../../../../src/domain/messages/phrase.ts';
import {type Command, type KnownNames, ownWords, parseCommand} from '../../../../src/domain/query/command.ts';
import {commandsMax, rememberCommand} from '../../../../src/domain/query/command-history.ts';
import {completeCommand, withOnlyKind} from '../../../../src/domain/query/complete-command.ts';
import {completeFilter} from '../../../../src/domain/query/complete-filter.ts';
import {rankNames} from '../../../../src/domain/query/completion.ts';
import {editDistance} from '../../../../src/domain/query/nearest-names.ts';

const known: KnownNames = {
  kinds: [
    {resource: 'modules', names: ['modules', 'mod', 'module', 'modules.deckhouse.io']},
    {resource: 'nodegroups', names: ['nodegroups', 'ng', 'NodeGroup']},
    {resource: 'nodes', names: ['nodes', 'no', 'node']},
    {resource: 'pods', names: ['pods', 'po', 'pod']},
    {resource: 'namespaces', names: ['namespaces', 'ns', 'namespace']},
  ],
  namespaces: ['default', 'kube-system', 'd8-system', 'd8-monitoring'],
  contexts: ['prod', 'admin@stage/eu', 'kind-local'],
};

function command(text: string): Command {
  const result = parseCommand(text, known);
  if ('error' in result) throw new Error(sayInEnglish(result.error));
  return result.command;
}

const all = {kind: 'all'} as const;
const one = (name: string) => ({kind: 'one', name}) as const;

describe('a line is a command', () => {
  test.each<[string, Command]>([
    ['pods', {kind: 'open', resource: 'pods'}],
    ['  PO  ', {kind: 'open', resource: 'pods'}],
    ['nodegroup', {kind: 'open', resource: 'nodegroups'}],
    ['modules.deckhouse.io', {kind: 'open', resource: 'modules'}],
    ['po kube-system', {kind: 'open', resource: 'pods', namespace: one('kube-system')}],
    ['po brand-new', {kind: 'open', resource: 'pods', namespace: one('brand-new')}],
    ['po all', {kind: 'open', resource: 'pods', namespace: all}],
    ['po -A', {kind: 'open', resource: 'pods', namespace: all}],
    ['-A po', {kind: 'open', resource: 'pods', namespace: all}],
    ['-n d8-system po', {kind: 'open', resource: 'pods', namespace: one('d8-system')}],
    ['po --namespace=d8-system', {kind: 'open', resource: 'pods', namespace: one('d8-system')}],
    ['po /nginx', {kind: 'open', resource: 'pods', filter: 'nginx'}],
    ['/nginx po', {kind: 'open', resource: 'pods', filter: 'nginx'}],
    ['po /nginx kube-system', {kind: 'open', resource: 'pods', filter: 'nginx', namespace: one('kube-system')}],
    ['po /nginx "kube-system"', {kind: 'open', resource: 'pods', filter: 'nginx "kube-system"'}],
    ['po default /web kube-system', {kind: 'open', resource: 'pods', filter: 'web kube-system', namespace: one('default')}],
    ['mod /phase!=Ready weight>300', {kind: 'open', resource: 'modules', filter: 'phase!=Ready weight>300'}],
    ['mod / "two words"', {kind: 'open', resource: 'modules', filter: '"two words"'}],
    ['po -l app=web', {kind: 'open', resource: 'pods', filter: '-l app=web'}],
    ['po -l "app in (a, b)" /x', {kind: 'open', resource: 'pods', filter: '-l "app in (a, b)" x'}],
    ['-f spec.nodeName=n1 po -A', {kind: 'open', resource: 'pods', filter: '-f spec.nodeName=n1', namespace: all}],
    ['po @prod', {kind: 'open', resource: 'pods', context: 'prod'}],
    ['@admin@stage/eu po kube-system', {kind: 'open', resource: 'pods', context: 'admin@stage/eu', namespace: one('kube-system')}],
    [
      '/web @prod po -l app=web -n default',
      {kind: 'open', resource: 'pods', filter: 'web -l app=web', context: 'prod', namespace: one('default')},
    ],
    ['pod/web-1', {kind: 'object', resource: 'pods', name: 'web-1'}],
    ['pod/web-1 default @prod', {kind: 'object', resource: 'pods', name: 'web-1', namespace: one('default'), context: 'prod'}],
    ['ns', {kind: 'namespaces'}],
    ['ns kube-system', {kind: 'namespace', namespace: one('kube-system')}],
    ['ns all', {kind: 'namespace', namespace: all}],
    ['ns /d8', {kind: 'open', resource: 'namespaces', filter: 'd8'}],
    ['-A', {kind: 'namespace', namespace: all}],
    ['ctx', {kind: 'contexts'}],
    ['ctx prod', {kind: 'context', name: 'prod'}],
    ['ctx admin@stage/eu', {kind: 'context', name: 'admin@stage/eu'}],
    ['@prod', {kind: 'context', name: 'prod'}],
    ['q', {kind: 'quit'}],
    ['QUIT', {kind: 'quit'}],
    ['q!', {kind: 'quit'}],
    ['help', {kind: 'help'}],
    ['?', {kind: 'help'}],
  ])('%s', (text, expected) => {
    expect(command(text)).toEqual(expected);
  });
});

describe('a line that is none is answered with what is wrong', () => {
  test.each([
    ['', 'name a kind, like :pods', 0],
    ['/nginx', 'name a kind, like :pods', 0],
    ['nodse', 'no kind nodse here: nodes, node?', 0],
    ['  xyzzy', 'no kind xyzzy here', 2],
    ['po @prud', 'no context prud in the kubeconfig: prod?', 4],
    ['ctx nowhere', 'no context nowhere in the kubeconfig', 4],
    ['po Kube_System', 'Kube_System is no namespace name: small letters, digits and - only, 63 characters at most', 3],
    ['po default other', 'other is one word too many: after kind and namespace write /other to filter', 11],
    ['po -w', 'no flag -w: there are -A, -n, -l and -f', 3],
    ['po -n', '-n needs a value', 3],
    ['po -l', '-l needs a label selector, like -l app=web', 3],
  ])('%s', (text, sentence, position) => {
    const result = parseCommand(text, known);
    expect('error' in result && [sayInEnglish(result.error), result.position]).toEqual([sentence, position]);
  });

  test('no line throws', () => {
    const words = fc.constantFrom('po', 'ns', 'ctx', '/', '/x', '@', '@prod', '-l', '-A', '-n', '"', ' ', 'all', '-', '=', '\\', 'pod/');
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), {maxLength: 8}), parts => {
        const line = parts.join(' ');
        expect(Object.keys(parseCommand(line, known)).length).toBeGreaterThan(0);
        expect(completeCommand(line, known).suggestions.length).toBeLessThanOrEqual(50);
      }),
    );
  });
});

describe('completion', () => {
  test.each([
    ['po', 'ds', 'pods'],
    ['mo', 'dules', 'modules'],
    ['ng', '', 'ng'],
    ['NODES', '', 'nodes'],
    ['NODE', 'groups', 'nodegroups'],
    ['po ku', 'be-system', 'po kube-system'],
    ['po -n d8-m', 'onitoring', 'po -n d8-monitoring'],
    ['po @ad', 'min@stage/eu', 'po @admin@stage/eu'],
    ['ctx k', 'ind-local', 'ctx kind-local'],
    ['he', 'lp', 'help'],
    ['dgr', '', 'nodegroups'],
    ['po system', '', 'po d8-system'],
    ['po /d8', '', undefined],
    ['po default k', '', undefined],
    ['po "ku', 'be-system', 'po "kube-system'],
  ])('%s goes on with "%s", first to %s', (text, ghost, first) => {
    const completion = completeCommand(text, known);
    expect([completion.ghost, completion.suggestions[0]?.line]).toEqual([ghost, first]);
  });

  test.each([
    ['mo', 'modules'],
    ['nodeg /web', 'nodegroups /web'],
    ['-n d8-system mo/deckhouse', '-n d8-system modules/deckhouse'],
    ['audi', 'audit'],
    ['no', 'no'],
    ['nodeg @prd', 'nodegroups @prd'],
    ['nam', 'namespaces'],
    ['xyzzy', 'xyzzy'],
    ['namespacs', 'namespacs'],
    ['@prd', '@prd'],
    ['', ''],
  ])('the only kind that "%s" may mean is taken: %s', (text, line) => {
    expect(withOnlyKind(text, known)).toBe(line);
  });

  test('the name itself comes first, then what begins with the letters, holds them, holds them scattered', () => {
    expect(rankNames('no', ['n-e-o', 'volcano', 'snow', 'nodes', 'pods', 'NO', 'nodegroups'])).toEqual([
      'NO',
      'nodes',
      'nodegroups',
      'snow',
      'volcano',
      'n-e-o',
    ]);
  });

  test('an empty line suggests every kind', () => {
    expect(completeCommand('', known).suggestions).toHaveLength(known.kinds.length + Object.keys(ownWords).length);
  });

  test('a filter is completed with columns', () => {
    const columns = [
      {title: 'PHASE', kind: 'text'},
      {title: 'LAST SEEN', kind: 'time'},
    ] as const;
    expect(completeFilter('ready !ph', columns)).toEqual({ghost: 'ase:', suggestions: [{word: 'phase', line: 'ready !phase:'}]});
    expect(completeFilter('la', columns).suggestions[0]?.line).toBe('last-seen:');
    expect(completeFilter('phase=R', columns).suggestions).toEqual([]);
    expect(completeFilter('-l', columns).suggestions).toEqual([]);
  });
});

describe('history', () => {
  test('keeps each command once, the newest last', () => {
    expect(['po', 'ng', 'po ', '  ', 'no  default'].reduce<readonly string[]>(rememberCommand, [])).toEqual(['ng', 'po', 'no default']);
  });

  test('forgets the oldest', () => {
    const lines = Array.from({length: commandsMax + 5}, (_, index) => `po n${index}`);
    expect(lines.reduce<readonly string[]>(rememberCommand, [])).toEqual(lines.slice(5));
  });
});

test('the distance of two words is the number of slips between them', () => {
  expect([
    editDistance('', 'abc'),
    editDistance('pods', 'pods'),
    editDistance('podz', 'pods'),
    editDistance('posd', 'pods'),
    editDistance('pds', 'pods'),
  ]).toEqual([3, 0, 1, 1, 1]);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
