/** Ctrl-P: every action that there is on the open screen, and every runbook, found by typing a part of its name. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding, BindingInForce} from '../ui/keymap.ts';
import type {PaletteItem} from '../ui/palette.tsx';
import {openPrompt, pressInPrompt} from '../ui/prompt.ts';
import type {App} from './app.ts';
import {goInto} from './navigation.ts';
import {wordsPhrase} from './run-look.ts';

export function openPalette(app: App): void {
  const bindings = [...actionsInForce(app), ...runbookActions(app)];
  app.state.setState({help: {bindings, top: 0, picking: {prompt: openPrompt([]), at: 0}}});
  const close = (): void => {
    app.state.setState({help: undefined});
    layer.remove();
  };
  const layer = app.dispatcher.push({
    bindings: [
      {id: 'help.pick', keys: ['enter'], title: app.say(phrase('palette.do')), isInFooter: true, run: () => pick(app, close)},
      {id: 'help.down', keys: ['down', 'tab', 'ctrl-n'], title: app.say(phrase('key.down')), isInFooter: true, run: () => move(app, 1)},
      {id: 'help.up', keys: ['up', 'shift-tab', 'ctrl-p'], title: app.say(phrase('key.up')), isInFooter: true, run: () => move(app, -1)},
      {id: 'help.close', keys: ['esc', 'ctrl-c'], title: app.say(phrase('key.closeHelp')), isInFooter: true, run: close},
    ],
    takesText: key => {
      const {help} = app.state.getState();
      const prompt = help?.picking && pressInPrompt(help.picking.prompt, key, undefined);
      if (help !== undefined && prompt !== undefined) app.state.setState({help: {...help, picking: {prompt, at: 0}}});
      return true;
    },
  });
}

/** Those that have every typed word in their title, their group or their id. */
export function picked(app: App): readonly BindingInForce[] {
  const {help} = app.state.getState();
  if (help?.picking === undefined) return [];
  const words = help.picking.prompt.text.toLowerCase().split(/\s+/).filter(Boolean);
  return help.bindings.filter(({binding: {title, group = '', id}}) => {
    const text = `${title} ${group} ${id}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}

export function paletteItems(app: App): readonly PaletteItem[] {
  return picked(app).map(({binding: {title, group = '', disabledReason}, keys}) => ({
    keys: keys.slice(0, 2).join(' '),
    title: disabledReason === undefined ? title : `${title} · ${disabledReason}`,
    group,
    isDisabled: disabledReason !== undefined,
  }));
}

/** Moving about is no action. */
function actionsInForce(app: App): readonly BindingInForce[] {
  const move = app.say(phrase('group.move'));
  return app.dispatcher.bindingsInForce().filter(({binding}) => binding.group !== move && binding.id !== 'app.palette');
}

function runbookActions(app: App): readonly BindingInForce[] {
  const group = app.say(phrase('screen.runbooks'));
  return (app.session.desk()?.catalogue() ?? []).map(({name, words}): BindingInForce => {
    const binding: Binding = {
      id: `runbook.${name}`,
      keys: [],
      title: `${app.say(wordsPhrase(words.title))} (${name})`,
      group,
      run: () => app.visit(goInto(app.remembered(), {kind: 'form', draft: {runbook: name, targets: [], parameters: {}}, texts: {}})),
    };
    return {binding, keys: []};
  });
}

function move(app: App, by: number): void {
  const {help} = app.state.getState();
  if (help?.picking === undefined) return;
  const at = Math.max(0, Math.min(help.picking.at + by, picked(app).length - 1));
  app.state.setState({help: {...help, picking: {...help.picking, at}}});
}

function pick(app: App, close: () => void): void {
  const chosen = picked(app)[app.state.getState().help?.picking?.at ?? 0];
  if (chosen === undefined) return;
  close();
  const {disabledReason} = chosen.binding;
  if (disabledReason === undefined) chosen.binding.run();
  else app.flash(phrase('text', disabledReason), 'dim');
}
