/** What is typed at `:` and `/`: completion, history, live errors, and what Enter does with it. */
import {phrase} from '../domain/messages/phrase.ts';
import {type Command, type KnownNames, parseCommand} from '../domain/query/command.ts';
import {rememberCommand} from '../domain/query/command-history.ts';
import {completeCommand, withOnlyKind} from '../domain/query/complete-command.ts';
import {completeFilter} from '../domain/query/complete-filter.ts';
import type {Completion} from '../domain/query/completion.ts';
import type {LayerHandle} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import {openPrompt, type PromptState, pasteInPrompt, pressInPrompt} from '../ui/prompt.ts';
import type {Tone} from '../ui/theme.ts';
import type {App} from './app.ts';
import {openHelp} from './app-help.ts';
import {leave} from './app-runs.ts';
import {openShell} from './app-terminals.ts';
import {knownNames} from './known-names.ts';
import {tablePlace} from './navigation.ts';
import type {FilterTarget} from './screen.ts';

export type PromptKind = 'command' | 'filter';

export class Prompt {
  readonly kind: PromptKind;
  state: PromptState;
  note: {readonly text: string; readonly tone: Tone} | undefined;
  readonly #app: App;
  readonly #target: FilterTarget | undefined;
  readonly #layer: LayerHandle;
  readonly #before: string;

  constructor(app: App, kind: PromptKind, target: FilterTarget | undefined) {
    this.kind = kind;
    this.#app = app;
    this.#target = target;
    this.#before = kind === 'filter' ? (target?.text() ?? '') : '';
    this.state = openPrompt(app.promptHistory[kind], this.#before);
    this.#layer = app.dispatcher.push({
      bindings: [
        {id: 'prompt.enter', keys: ['enter'], title: app.say(phrase('key.open')), run: () => this.#submit()},
        {id: 'prompt.cancel', keys: ['esc'], title: app.say(phrase('key.leave')), run: () => this.#cancel()},
        {id: 'prompt.quit', keys: ['ctrl-c'], title: app.say(phrase('key.quit')), run: () => leave(app)},
      ],
      takesText: key => this.#press(key),
    });
    this.#check();
  }

  /** The whole line that is proposed. */
  suggestion(): string | undefined {
    const {ghost} = this.#completion();
    return ghost === '' ? undefined : this.state.text + ghost;
  }

  /** Words to choose from, shown above the prompt. */
  words(): readonly string[] {
    return this.#completion().suggestions.map(suggestion => suggestion.word);
  }

  paste(text: string): void {
    this.state = pasteInPrompt(this.state, text);
    this.#check();
  }

  dispose(): void {
    this.#layer.remove();
  }

  #completion(): Completion {
    if (this.kind === 'filter') return completeFilter(this.state.text, this.#target?.columns() ?? []);
    return completeCommand(this.state.text, known(this.#app));
  }

  /** Takes every key while it is open: a letter must never reach the table below. */
  #press(key: Key): boolean {
    const isLeaving = this.kind === 'command' && key.name === 'backspace' && this.state.text === '';
    if (isLeaving) this.#cancel();
    else if (key.name === 'tab' && this.suggestion() === undefined) this.#takeFirst();
    else this.state = pressInPrompt(this.state, key, this.suggestion()) ?? this.state;
    this.#check();
    return true;
  }

  /** Tab takes the best fuzzy match where nothing simply continues what is typed. */
  #takeFirst(): void {
    const line = this.#completion().suggestions[0]?.line;
    if (line !== undefined && this.state.text !== '') this.state = {...this.state, text: line, cursor: line.length};
  }

  #check(): void {
    const {text} = this.state;
    if (this.kind === 'filter') {
      const error = this.#target?.preview(text);
      this.note = error === undefined ? this.#matchNote() : {text: this.#app.say(error), tone: 'broken'};
      return;
    }
    this.note = undefined;
  }

  #matchNote(): {text: string; tone: Tone} | undefined {
    const counts = this.#target?.counts();
    return (
      counts && {text: this.#app.say(phrase('prompt.matches', counts.shown, counts.all)), tone: counts.shown === 0 ? 'waiting' : 'dim'}
    );
  }

  #cancel(): void {
    if (this.kind === 'filter') this.#target?.preview(this.#before);
    this.#app.closePrompt();
  }

  #submit(): void {
    const {text} = this.state;
    const app = this.#app;
    if (this.kind === 'filter') {
      if (this.#target?.preview(text) !== undefined) return;
      app.promptHistory.filter = rememberCommand(app.promptHistory.filter, text);
      app.closePrompt();
      this.#target?.apply(text);
      return;
    }
    if (text.trim() === '') {
      app.closePrompt();
      return;
    }
    const typed = parseCommand(text, known(app));
    const line = 'error' in typed ? withOnlyKind(text, known(app)) : text;
    const parsed = line === text ? typed : parseCommand(line, known(app));
    const isTooEarly = app.session.reachability().kind === 'connecting';
    if ('error' in parsed && !isTooEarly) {
      app.session.refresh();
      this.note = {text: app.say(parsed.error), tone: 'broken'};
      return;
    }
    app.promptHistory.command = rememberCommand(app.promptHistory.command, line);
    app.closePrompt();
    if ('error' in parsed) app.runWhenConnected(text);
    else runCommand(app, parsed.command);
  }
}

export function runLine(app: App, line: string): void {
  const parsed = parseCommand(line, known(app));
  if ('error' in parsed) app.flash(parsed.error, 'broken');
  else runCommand(app, parsed.command);
}

function known(app: App): KnownNames {
  return knownNames(app.options.views, app.session, app.options.contexts());
}

function runCommand(app: App, command: Command): void {
  switch (command.kind) {
    case 'quit':
      leave(app);
      return;
    case 'help':
      openHelp(app);
      return;
    case 'contexts':
      app.openContexts();
      return;
    case 'terminals':
      app.open({kind: 'terminals'});
      return;
    case 'port-forwards':
      app.open({kind: 'port-forwards'});
      return;
    case 'shell':
      void openShell(app);
      return;
    case 'runbooks':
    case 'runs':
    case 'needs':
    case 'audit':
      app.open({kind: command.kind, filter: command.filter});
      return;
    case 'context':
      app.switchContext(command.name);
      return;
    case 'namespaces':
      app.openKind('namespaces');
      return;
    case 'namespace':
      app.openNamespace(command.namespace.kind === 'all' ? undefined : command.namespace.name);
      return;
    case 'open':
    case 'object': {
      if (command.context !== undefined && command.context !== app.session.facts().context)
        app.switchContext(command.context, command.resource);
      const namespace =
        command.namespace === undefined ? app.currentNamespace() : command.namespace.kind === 'all' ? undefined : command.namespace.name;
      if (command.kind === 'open') app.open({...tablePlace(command.resource, namespace), filter: command.filter ?? ''});
      else app.openObject(command.resource, namespace, command.name);
    }
  }
}
