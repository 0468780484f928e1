import {describe, expect, test} from 'vitest';
import {type Binding, createDispatcher, type Dispatcher} from '../../../src/ui/keymap.ts';
import {latinKey} from '../../../src/ui/keys.ts';

type Pressed = {dispatcher: Dispatcher; log: string[]; bind(id: string, ...keys: string[]): Binding};

function setUp(): Pressed {
  const log: string[] = [];
  const dispatcher = createDispatcher(binding => log.push(`no ${binding.id}: ${binding.disabledReason}`));
  const bind = (id: string, ...keys: string[]): Binding => ({id, keys, title: id, run: () => log.push(id)});
  return {dispatcher, log, bind};
}

describe('the dispatcher', () => {
  test('sends a key to the topmost layer that has it', () => {
    const {dispatcher, log, bind} = setUp();
    dispatcher.push({bindings: [bind('quit', 'ctrl-c'), bind('below', 'd')]});
    const upper = dispatcher.push({bindings: [bind('above', 'd')]});
    expect(['d', 'ctrl-c', 'z'].map(name => dispatcher.dispatch({name}))).toEqual([true, true, false]);
    upper.remove();
    dispatcher.dispatch({name: 'd'});
    expect(log).toEqual(['above', 'quit', 'below']);
  });

  test('lets a layer take text, but not the keys it has bindings for', () => {
    const {dispatcher, log, bind} = setUp();
    const taken: string[] = [];
    dispatcher.push({bindings: [bind('delete', 'd'), bind('quit', 'ctrl-c')]});
    dispatcher.push({bindings: [bind('done', 'enter')], takesText: key => key.text !== undefined && taken.push(key.text) > 0});
    for (const key of [{name: 'd', text: 'd'}, {name: 'ж', text: 'ж'}, {name: 'enter'}, {name: 'ctrl-c'}]) dispatcher.dispatch(key);
    expect(taken).toEqual(['d', 'ж']);
    expect(log).toEqual(['done', 'quit']);
  });

  test('says why a binding does not run now', () => {
    const {dispatcher, log, bind} = setUp();
    dispatcher.push({bindings: [{...bind('approve', 'a'), disabledReason: 'read-only'}]});
    expect(dispatcher.dispatch({name: 'a'})).toBe(true);
    expect(log).toEqual(['no approve: read-only']);
  });

  test('takes a Cyrillic letter for the key at its place, unless it is bound as it is', () => {
    const {dispatcher, log, bind} = setUp();
    dispatcher.push({bindings: [bind('down', 'j'), bind('filter', '/'), bind('help', '?'), bind('command', ':')]});
    for (const text of ['о', '.', ',', 'Ж']) dispatcher.dispatch({name: text, text});
    expect(log).toEqual(['down', 'filter', 'help', 'command']);
    dispatcher.push({bindings: [bind('dot', '.')]});
    dispatcher.dispatch({name: '.', text: '.'});
    expect(log.at(-1)).toBe('dot');
  });

  test('runs remapped bindings on their new keys only, and tells of conflicts', () => {
    const {dispatcher, log, bind} = setUp();
    dispatcher.push({bindings: [bind('down', 'j'), bind('up', 'k')]});
    expect(dispatcher.remap({down: ['n']})).toEqual([]);
    expect(dispatcher.dispatch({name: 'j'})).toBe(false);
    dispatcher.dispatch({name: 'n'});
    expect(log).toEqual(['down']);
    expect(dispatcher.remap({down: ['k']})).toEqual([{key: 'k', ids: ['down', 'up']}]);
  });

  test('lists what is in force, without what an upper layer hides', () => {
    const {dispatcher, bind} = setUp();
    dispatcher.push({bindings: [bind('down', 'j', 'down'), bind('quit', 'ctrl-c'), bind('open', 'enter')]});
    dispatcher.push({bindings: [bind('next', 'down'), bind('accept', 'enter')]});
    const listed = () => dispatcher.bindingsInForce().map(({binding, keys}) => `${binding.id} ${keys.join(',')}`);
    expect(listed()).toEqual(['next down', 'accept enter', 'down j', 'quit ctrl-c']);
    dispatcher.push({bindings: [bind('cancel', 'esc')], takesText: () => true});
    expect(listed()).toEqual(['cancel esc', 'quit ctrl-c']);
  });
});

describe('latinKey', () => {
  test.each([
    ['о', 'j'],
    ['О', 'J'],
    ['ж', ';'],
    ['Ж', ':'],
    ['х', '['],
    ['ъ', ']'],
    ['.', '/'],
    ['ё', '`'],
    ['і', 's'],
    ['ctrl-с', 'ctrl-c'],
    ['alt-ф', 'alt-a'],
  ])('%s is %s', (cyrillic, latin) => {
    expect(latinKey({name: cyrillic})?.name).toBe(latin);
  });

  test('knows no other place for a Latin letter, a named key or a lone dash', () => {
    expect(['j', 'enter', 'ctrl-c', '-', 'ctrl--'].map(name => latinKey({name}))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
