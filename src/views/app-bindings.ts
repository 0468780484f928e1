/** The keys that work on every screen. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {App} from './app.ts';
import {openHelp} from './app-help.ts';
import {login} from './app-login.ts';
import {openPalette} from './app-palette.ts';
import {leave, undoLast} from './app-runs.ts';
import {goBack, goForward, goLast} from './navigation.ts';

export function appBindings(app: App): readonly Binding[] {
  const group = app.say(phrase('group.general'));
  const isLoginNeeded = app.session.reachability().kind === 'needs-login';
  return [
    {id: 'app.command', keys: [':'], title: app.say(phrase('key.command')), isInFooter: true, group, run: () => app.openPrompt('command')},
    {id: 'app.palette', keys: ['ctrl-p'], title: app.say(phrase('key.palette')), isInFooter: true, group, run: () => openPalette(app)},
    {id: 'app.help', keys: ['?', 'ctrl-g', 'f1'], title: app.say(phrase('key.help')), isInFooter: true, group, run: () => openHelp(app)},
    {id: 'app.terminals', keys: ['ctrl-t'], title: app.say(phrase('screen.terminals')), group, run: () => app.open({kind: 'terminals'})},
    {
      id: 'app.needs',
      keys: ['n'],
      title: app.say(phrase('screen.needs')),
      group,
      run: () => app.open({kind: 'needs', filter: ''}),
    },
    {id: 'app.undo', keys: ['U'], title: app.say(phrase('key.undoLast')), group, run: () => undoLast(app)},
    {id: 'app.back', keys: ['['], title: app.say(phrase('key.historyBack')), group, run: () => app.rememberAnd(goBack)},
    {id: 'app.forward', keys: [']'], title: app.say(phrase('key.historyForward')), group, run: () => app.rememberAnd(goForward)},
    {id: 'app.last', keys: ['-'], title: app.say(phrase('key.historyLast')), group, run: () => app.rememberAnd(goLast)},
    ...(isLoginNeeded
      ? [{id: 'app.login', keys: ['L'], title: app.say(phrase('key.login')), isInFooter: true, group, run: () => void login(app)}]
      : []),
    {id: 'app.redraw', keys: ['ctrl-l'], title: app.say(phrase('key.redraw')), group, run: () => app.options.redraw()},
    {id: 'app.quit', keys: ['ctrl-c'], title: app.say(phrase('key.quit')), group, run: () => leave(app)},
  ];
}
