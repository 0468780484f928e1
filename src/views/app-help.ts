/** Help over the open screen: it lists the keys of the screen below, and takes every key while it is there. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import {latinKey} from '../ui/keys.ts';
import type {App} from './app.ts';
import {leave} from './app-runs.ts';

export function openHelp(app: App): void {
  app.state.setState({help: {bindings: app.dispatcher.bindingsInForce(), top: 0}});
  const bindings = helpBindings(app, () => {
    app.state.setState({help: undefined});
    layer.remove();
  });
  const isHelps = (name: string | undefined): boolean => bindings.some(({keys}) => keys.some(key => key === name));
  // A Cyrillic letter on the place of a key of help is left to be found by its place.
  const layer = app.dispatcher.push({bindings, takesText: key => !isHelps(latinKey(key)?.name)});
}

function helpBindings(app: App, close: () => void): readonly Binding[] {
  const scroll = (by: number): void => app.state.setState(({help}) => ({help: help && {...help, top: Math.max(0, help.top + by)}}));
  return [
    {
      id: 'help.close',
      keys: ['esc', '?', 'q', 'enter', 'ctrl-g', 'f1'],
      title: app.say(phrase('key.closeHelp')),
      isInFooter: true,
      run: close,
    },
    {id: 'help.down', keys: ['j', 'down'], title: app.say(phrase('key.down')), isInFooter: true, run: () => scroll(1)},
    {id: 'help.up', keys: ['k', 'up'], title: app.say(phrase('key.up')), isInFooter: true, run: () => scroll(-1)},
    {id: 'help.quit', keys: ['ctrl-c'], title: app.say(phrase('key.quit')), run: () => leave(app)},
  ];
}
