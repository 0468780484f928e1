/** The keys that move a pane of lines. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {PaneScroll} from '../ui/pane-scroll.ts';
import type {PaneMove} from '../ui/text-pane-state.ts';

/** `hasLetters`: also the keys that are letters, which something else may want. */
export function paneBindings(id: string, scroll: PaneScroll, say: (sentence: Phrase) => string, hasLetters = true): readonly Binding[] {
  const moves: readonly (readonly [string, readonly string[], readonly string[], Phrase, PaneMove])[] = [
    ['down', ['down'], ['j'], phrase('key.down'), 'down'],
    ['up', ['up'], ['k'], phrase('key.up'), 'up'],
    ['page-down', ['pagedown', 'ctrl-f'], ['space'], phrase('key.pageDown'), 'pagedown'],
    ['page-up', ['pageup', 'ctrl-b'], [], phrase('key.pageUp'), 'pageup'],
    ['top', ['home'], ['g'], phrase('key.top'), 'home'],
    ['bottom', ['end'], ['G'], phrase('key.bottom'), 'end'],
    ['left', ['left'], ['h'], phrase('key.left'), 'left'],
    ['right', ['right'], ['l'], phrase('key.right'), 'right'],
  ];
  const group = say(phrase('group.move'));
  return moves.map(([name, keys, letters, title, to]) => ({
    id: `${id}.${name}`,
    keys: hasLetters ? [...letters, ...keys] : keys,
    title: say(title),
    group,
    run: () => scroll.move(to),
  }));
}
