/**
 * The shell: which place is open, how one gets to another, what is typed at the prompt, and when the screen must be
 * drawn. React only draws what stands in its state.
 */
import {createStore, type StoreApi} from 'zustand/vanilla';
import {type Phrase, phrase, say} from '../domain/messages/phrase.ts';
import type {RunHandle} from '../domain/run-desk.ts';
import {createDispatcher, type Dispatcher, type Layer, type LayerHandle} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import type {Tone} from '../ui/theme.ts';
import {appBindings} from './app-bindings.ts';
import {screenContext} from './app-context.ts';
import type {AppOptions, AppState} from './app-options.ts';
import {findKind, openScreen} from './app-screens.ts';
import {Background} from './background.ts';
import {gridTime, startClockGrid} from './clock-grid.ts';
import {currentPlace, goInto, goTo, type History, type Place, remember, startHistory, tablePlace, tablesOf} from './navigation.ts';
import {PendingScreen} from './pending-screen.tsx';
import {Prompt, type PromptKind, runLine} from './prompt-control.ts';
import type {FilterTarget, Screen, ScreenContext} from './screen.ts';
import type {Session} from './session.ts';
import {StartOffer} from './start-offer.ts';
import {TableScreen} from './table-screen.ts';
import {tableName} from './table-source.ts';
import {type Awaited, TypeAhead} from './type-ahead.ts';

/** How long a message stands in the footer; errors stay until a key is pressed. */
const flashMs = 6_000;

export class App {
  readonly options: AppOptions;
  readonly state: StoreApi<AppState>;
  readonly dispatcher: Dispatcher;
  session: Session;
  history: History;
  screen: Screen;
  prompt: Prompt | undefined;
  readonly promptHistory: Record<PromptKind, readonly string[]> = {command: [], filter: []};
  readonly background: Background;
  /** Asked for at this dashboard, the newest last. */
  readonly runsStarted: RunHandle[] = [];
  readonly #context: Omit<ScreenContext, 'session'>;
  readonly #grid: {stop(): void};
  readonly #screenLayer: LayerHandle;
  readonly #baseLayer: LayerHandle;
  #unsubscribe: () => void;
  readonly #typeAhead = new TypeAhead();
  readonly #offer = new StartOffer(this);
  #isRefreshing = false;
  #commandLater: {readonly line: string; readonly isFirst: boolean} | undefined;

  constructor(options: AppOptions) {
    this.options = options;
    this.state = createStore<AppState>(() => ({frame: 0, flash: undefined, help: undefined}));
    this.background = new Background({clock: options.clock, onChange: () => this.draw()});
    this.#context = screenContext(this);
    this.session = options.openSession(undefined);
    this.#commandLater = options.start.command === undefined ? undefined : {line: options.start.command, isFirst: true};
    this.history = startHistory(this.#startPlace());
    this.screen = this.#open();
    this.dispatcher = createDispatcher(binding => this.flash(phrase('text', binding.disabledReason ?? ''), 'dim'));
    this.#baseLayer = this.dispatcher.push({bindings: appBindings(this)});
    this.#screenLayer = this.dispatcher.push(this.#layerOfScreen());
    this.#unsubscribe = this.session.subscribe(() => this.refresh());
    this.#grid = startClockGrid(options.clock, now => this.#tick(now));
  }

  say(sentence: Phrase): string {
    return say(this.options.catalogue, sentence);
  }

  key(key: Key): void {
    if (this.state.getState().flash?.until === Number.POSITIVE_INFINITY) this.state.setState({flash: undefined});
    if (!this.#typeAhead.holds(key, this.#awaited(), this.#keysAtOnce())) this.dispatcher.dispatch(key);
    this.draw();
  }

  /** Pasted text goes to the prompt or into a terminal, and nowhere else: it must never act. */
  paste(text: string): void {
    if (this.prompt !== undefined) this.prompt.paste(text);
    else if (this.state.getState().help === undefined) this.screen.takesPaste?.(text);
    this.draw();
  }

  /** Keys that mean something to the terminal itself, such as Ctrl-Z, belong to the program of an open pane. */
  keepsKey(key: Key): boolean {
    const isFree = this.prompt === undefined && this.state.getState().help === undefined;
    return isFree && this.screen.takesKey !== undefined && key.name === 'ctrl-z';
  }

  /** Bindings are made anew for what is visible now: titles and reasons follow the rows. */
  draw(): void {
    this.#screenLayer.replace(this.#layerOfScreen());
    this.#baseLayer.replace({bindings: appBindings(this)});
    this.state.setState(state => ({frame: state.frame + 1}));
  }

  flash(sentence: Phrase, tone: Tone): void {
    const until = tone === 'broken' ? Number.POSITIVE_INFINITY : this.options.clock.now() + flashMs;
    this.state.setState({flash: {text: this.say(sentence), tone, until}});
  }

  /** New data, freshness or discovery. */
  refresh(): void {
    // A screen that opens may tell of a change before it stands in its place.
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    this.#offer.look();
    this.#runCommandLater();
    if (this.#commandLater === undefined) this.#followDiscovery();
    this.screen.refresh(gridTime(this.options.clock));
    this.#isRefreshing = false;
    this.draw();
    if (this.#awaited() === undefined) for (const key of this.#typeAhead.take()) this.key(key);
  }

  visit(history: History): void {
    if (history === this.history) return;
    this.history = history;
    // Who goes elsewhere no longer waits for a command, and keys that waited for rows were meant for those.
    this.#commandLater = undefined;
    if (this.#awaited() === 'rows') this.#typeAhead.take();
    this.#replaceScreen();
  }

  /** History with what the open screen wants back. */
  remembered(): History {
    return remember(this.history, this.screen.place());
  }

  rememberAnd(step: (history: History) => History): void {
    const before = this.remembered();
    const after = step(before);
    if (after !== before) this.visit(after);
  }

  openPrompt(kind: PromptKind): void {
    const target: FilterTarget | undefined = this.screen.filter;
    if (kind === 'filter' && target === undefined) this.flash(phrase('flash.nothingToFilter'), 'dim');
    else this.prompt = new Prompt(this, kind, target);
    this.draw();
  }

  /** A command typed before the cluster told what it serves is carried out when it does. */
  runWhenConnected(line: string): void {
    this.#commandLater = {line, isFirst: false};
  }

  closePrompt(): void {
    this.prompt?.dispose();
    this.prompt = undefined;
    this.draw();
  }

  /** Opens a kind by any of its names, or says that the cluster does not serve it. */
  openKind(name: string): void {
    const kind = findKind(name, this.options.views, this.session);
    if (kind === undefined) this.flash(phrase('flash.unknownKind', name), 'broken');
    else this.open(tablePlace(tableName(kind.resource, kind.view), this.currentNamespace()));
  }

  open(place: Place): void {
    this.#context.goTo(place);
  }

  openContexts(): void {
    this.#context.goInto({kind: 'contexts'});
  }

  /** The page of one object, with its table as the crumb above it. */
  openObject(resource: string, namespace: string | undefined, name: string): void {
    const table = goTo(this.remembered(), tablePlace(resource, namespace));
    this.visit(goInto(table, {kind: 'object', resource, namespace, name, tab: 'yaml'}));
  }

  /** The open table in another namespace. */
  openNamespace(namespace: string | undefined): void {
    const [root] = this.remembered().present;
    this.open(root.kind === 'table' ? {...root, namespace, cursorUid: undefined} : tablePlace(this.#firstKind(), namespace));
  }

  /** Of the open table; of the context where no table is open. undefined = all. */
  currentNamespace(): string | undefined {
    const [root] = this.history.present;
    return root.kind === 'table' ? root.namespace : this.session.facts().namespace;
  }

  /** To another cluster, with the same kind open unless another is asked for. */
  switchContext(name: string, resource = tablesOf(this.history)[0]?.resource ?? this.#firstKind()): void {
    const before = this.session;
    this.#unsubscribe();
    this.screen.dispose();
    this.session = this.options.openSession(name);
    this.#unsubscribe = this.session.subscribe(() => this.refresh());
    this.history = startHistory(tablePlace(resource, this.session.facts().namespace));
    this.screen = this.#open();
    this.background.retire(before);
    this.draw();
  }

  dispose(): void {
    this.#grid.stop();
    this.#unsubscribe();
    this.screen.dispose();
    this.background.dispose();
    this.session.close();
  }

  #tick(now: number): void {
    const {flash} = this.state.getState();
    const isFlashOver = flash !== undefined && flash.until <= now;
    if (isFlashOver) this.state.setState({flash: undefined});
    const isAway = this.session.reachability().kind !== 'here';
    if (this.screen.refresh(now) || isAway) this.draw();
  }

  /** Text for a prompt, and keys of help, never wait. */
  #awaited(): Awaited | undefined {
    return this.prompt === undefined && this.state.getState().help === undefined ? this.screen.awaits?.() : undefined;
  }

  #keysAtOnce(): ReadonlySet<string> {
    return new Set([...appBindings(this).flatMap(binding => binding.keys), ...(this.screen.filter === undefined ? [] : ['/', 'esc'])]);
  }

  #startPlace(): Place {
    const {start} = this.options;
    const namespace = start.isAllNamespaces ? undefined : (start.namespace ?? this.session.facts().namespace);
    return tablePlace(this.#firstKind(), namespace);
  }

  #firstKind(): string {
    return this.options.views[0]?.name ?? 'pods';
  }

  #layerOfScreen(): Layer {
    const {screen} = this;
    return {bindings: screen.bindings(), ...(screen.takesKey && {takesText: key => screen.takesKey?.(key) === true})};
  }

  #open(): Screen {
    const context: ScreenContext = {...this.#context, session: this.session};
    return openScreen(context, currentPlace(this.history), this.options.views, this.options.contexts);
  }

  #replaceScreen(): void {
    // A filter belongs to the screen that goes; a command is typed on.
    if (this.prompt?.kind === 'filter') this.closePrompt();
    const before = this.screen;
    this.screen = this.#open();
    before.dispose();
    this.draw();
  }

  /** Discovery may bring the kind that a place waits for, or another version of the one that is open. */
  #followDiscovery(): void {
    const place = currentPlace(this.history);
    if (!('resource' in place)) return;
    const kind = findKind(place.resource, this.options.views, this.session);
    if (this.screen instanceof PendingScreen) {
      if (kind !== undefined) this.#replaceScreen();
      else if (this.#isDefaultAbsent(place)) this.visit(startHistory(tablePlace('pods', this.currentNamespace())));
      return;
    }
    if (this.screen instanceof TableScreen && kind !== undefined && kind.resource.version !== this.screen.source.resource.version) {
      this.history = this.remembered();
      this.#replaceScreen();
    }
  }

  #runCommandLater(): void {
    if (this.#commandLater === undefined || this.session.reachability().kind !== 'here') return;
    const {line, isFirst} = this.#commandLater;
    this.#commandLater = undefined;
    runLine(this, line);
    // What was asked for at the start is where history begins.
    if (isFirst) this.history = {...this.history, past: []};
  }

  /** A cluster without Deckhouse: the first view that was not asked for by name gives way to pods. */
  #isDefaultAbsent(place: Place): boolean {
    const isDefault = this.options.start.command === undefined && place.kind === 'table' && place.resource === this.#firstKind();
    return (
      isDefault && this.history.past.length === 0 && this.session.reachability().kind === 'here' && this.session.resources().length > 0
    );
  }
}
