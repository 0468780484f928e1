/** The keys of a table. k9s's where the meaning is the same. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import {type PodChosen, podBindings} from './pod-bindings.ts';
import type {Order} from './table-model.ts';
import type {TableScreen} from './table-screen.ts';

export function tableBindings(screen: TableScreen): readonly Binding[] {
  const {say} = screen.context;
  const {namespace, isWide, isProblemsOnly} = screen.place();
  const isNamespaced = screen.source.resource.isNamespaced;
  const none = screen.current() === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {};
  const move = say(phrase('group.move'));
  const look = say(phrase('group.table'));
  const mark = say(phrase('group.marks'));
  return [
    {
      id: 'table.open',
      keys: ['enter'],
      title: say(phrase('key.open')),
      isInFooter: true,
      group: look,
      ...none,
      run: () => openCurrent(screen),
    },
    {id: 'table.describe', keys: ['d', 'y'], title: say(phrase('key.page')), group: look, ...none, run: () => openPage(screen)},
    // Before the moves: a log wins over the way to the right.
    ...(isPods(screen) ? podBindings(screen.context, chosenPod(screen)) : []),
    {id: 'table.down', keys: ['j', 'down'], title: say(phrase('key.down')), group: move, run: () => screen.move(1)},
    {id: 'table.up', keys: ['k', 'up'], title: say(phrase('key.up')), group: move, run: () => screen.move(-1)},
    {id: 'table.page-down', keys: ['ctrl-f', 'pagedown'], title: say(phrase('key.pageDown')), group: move, run: () => screen.page(1)},
    {id: 'table.page-up', keys: ['ctrl-b', 'pageup'], title: say(phrase('key.pageUp')), group: move, run: () => screen.page(-1)},
    {id: 'table.top', keys: ['g', 'home'], title: say(phrase('key.top')), group: move, run: () => screen.move(Number.NEGATIVE_INFINITY)},
    {
      id: 'table.bottom',
      keys: ['G', 'end'],
      title: say(phrase('key.bottom')),
      group: move,
      run: () => screen.move(Number.POSITIVE_INFINITY),
    },
    {id: 'table.left', keys: ['left', 'h'], title: say(phrase('key.left')), group: move, run: () => scroll(screen, -1)},
    {id: 'table.right', keys: ['right', 'l'], title: say(phrase('key.right')), group: move, run: () => scroll(screen, 1)},
    {
      id: 'table.problems',
      keys: ['!'],
      title: say(phrase('key.problems')),
      isInFooter: true,
      group: look,
      run: () => screen.change({isProblemsOnly: !isProblemsOnly}),
    },
    {
      id: 'table.wide',
      keys: ['ctrl-w', 'w'],
      title: say(phrase('key.wide')),
      group: look,
      run: () => screen.change({isWide: !isWide}),
    },
    {id: 'table.sort-next', keys: ['>', 'shift-right'], title: say(phrase('key.sortNext')), group: look, run: () => sortBy(screen, 1)},
    {
      id: 'table.sort-previous',
      keys: ['<', 'shift-left'],
      title: say(phrase('key.sortPrevious')),
      group: look,
      run: () => sortBy(screen, -1),
    },
    {id: 'table.sort-reverse', keys: ['O'], title: say(phrase('key.sortReverse')), group: look, run: () => reverse(screen)},
    ...sortBindings(screen, look),
    {id: 'table.mark', keys: ['space'], title: say(phrase('key.mark')), group: mark, ...none, run: () => screen.toggleMark()},
    {
      id: 'table.mark-range',
      keys: ['ctrl-space', 'v'],
      title: say(phrase('key.markRange')),
      group: mark,
      ...none,
      run: () => screen.markRange(),
    },
    {id: 'table.unmark', keys: ['ctrl-\\', 'u'], title: say(phrase('key.unmark')), group: mark, run: () => screen.unmarkAll()},
    {
      id: 'table.all-namespaces',
      keys: ['0'],
      title: say(phrase('key.allNamespaces')),
      // An empty table may be the fault of its namespace.
      isInFooter: isNamespaced && namespace !== undefined && screen.model.total === 0,
      group: look,
      ...(isNamespaced ? {} : {disabledReason: say(phrase('key.clusterScoped'))}),
      run: () => screen.context.goTo({...screen.place(), namespace: namespace === undefined ? screen.context.lastNamespace() : undefined}),
    },
    {
      id: 'table.filter',
      keys: ['/'],
      title: say(phrase('key.filter')),
      isInFooter: true,
      group: look,
      run: () => screen.context.openPrompt('filter'),
    },
    {id: 'table.back', keys: ['esc'], title: say(phrase('key.leave')), group: move, run: () => leave(screen)},
  ];
}

function isPods({source}: TableScreen): boolean {
  return source.resource.group === '' && source.resource.plural === 'pods';
}

function chosenPod(screen: TableScreen): PodChosen | undefined {
  const entry = screen.current()?.entry;
  return entry && {namespace: entry.namespace, name: entry.name};
}

/** Only for columns that the table has: modules, for one, have no AGE. */
function sortBindings(screen: TableScreen, group: string): readonly Binding[] {
  const columns = screen.columns();
  const key = columns.find(column => column.isKey);
  const age = columns.find(column => column.role === 'age') ?? columns.find(column => column.kind === 'age');
  const verdict = columns.find(column => column.role === 'verdict');
  return [
    {id: 'table.sort-name', keys: ['N'], column: key},
    {id: 'table.sort-age', keys: ['A'], column: age},
    {id: 'table.sort-verdict', keys: ['S'], column: verdict},
  ].flatMap(({id, keys, column}) =>
    column === undefined
      ? []
      : [{id, keys, title: screen.context.say(phrase('key.sortBy', column.title)), group, run: () => sortOn(screen, column.title)}],
  );
}

/** Escape takes back one thing at a time: marks, filter, problems only, then the crumb. */
function leave(screen: TableScreen): void {
  const {filter, isProblemsOnly} = screen.place();
  if (screen.marks.size > 0) screen.unmarkAll();
  else if (filter !== '') screen.filter.apply('');
  else if (isProblemsOnly) screen.change({isProblemsOnly: false});
  else screen.context.goUp();
}

function openCurrent(screen: TableScreen): void {
  const row = screen.current();
  if (row === undefined) return;
  const {resource} = screen.source;
  const view = screen.source.view();
  if (resource.group === '' && resource.plural === 'namespaces') screen.context.goToNamespace(row.entry.name);
  else if (view.parts === undefined && view.picture === undefined) openPage(screen);
  else {
    const kind = view.picture === undefined ? 'parts' : 'picture';
    screen.context.goInto({kind, resource: view.name, namespace: namespaceOf(screen, row.entry.namespace), name: row.entry.name});
  }
}

function openPage(screen: TableScreen): void {
  const row = screen.current();
  if (row === undefined) return;
  screen.context.goInto({
    kind: 'object',
    resource: screen.place().resource,
    namespace: namespaceOf(screen, row.entry.namespace),
    name: row.entry.name,
    tab: 'yaml',
  });
}

function namespaceOf(screen: TableScreen, namespace: string): string | undefined {
  return screen.source.resource.isNamespaced ? namespace : undefined;
}

function scroll(screen: TableScreen, by: number): void {
  screen.change({scrollX: Math.max(0, screen.scrolled + by)});
}

function sortBy(screen: TableScreen, step: number): void {
  const columns = screen.columns();
  const at = columns.findIndex(column => column.title === screen.order()?.column);
  const next = columns[(at < 0 ? (step > 0 ? 0 : columns.length - 1) : at + step + columns.length) % columns.length];
  if (next !== undefined) screen.change({order: {column: next.title, isDescending: false}});
}

/** The same column again turns the order round. */
function sortOn(screen: TableScreen, column: string): void {
  const order: Order | undefined = screen.order();
  screen.change({order: {column, isDescending: order?.column === column && !order.isDescending}});
}

function reverse(screen: TableScreen): void {
  const order = screen.order() ?? {column: screen.columns()[0]?.title ?? 'NAME', isDescending: false};
  screen.change({order: {...order, isDescending: !order.isDescending}});
}
