/** The page of one object: live YAML with changed lines marked, conditions, and the events that name it. */
import type {ReactNode} from 'react';
import type {KubeObject} from '../domain/kube-object.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import type {SourceLease} from '../store/source-pool.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {TextPane} from '../ui/text-pane.tsx';
import {
  countMatches,
  movePane,
  nextMatch,
  type PaneLine,
  type PaneMove,
  type PaneSize,
  paneAtTop,
  rebasePane,
  searchPane,
  type TextPaneState,
} from '../ui/text-pane-state.ts';
import type {View} from './define-view.ts';
import type {ObjectPlace, ObjectTab} from './navigation.ts';
import {conditionLines, eventLines} from './object-lines.ts';
import {PageActions} from './page-actions.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';
import {SingleObject} from './single-object.ts';
import {withoutKeys} from './start-action.ts';
import {YamlTracker} from './yaml-tracker.ts';

const tabs: readonly ObjectTab[] = ['yaml', 'conditions', 'events'];
const eventsMax = 500;

export class ObjectScreen implements Screen {
  readonly filter: FilterTarget;
  readonly #context: ScreenContext;
  readonly #object: SingleObject;
  readonly #yaml: YamlTracker;
  readonly #kind: string;
  readonly #actions: PageActions;
  #place: ObjectPlace;
  #events: SourceLease<KubeObject> | undefined;
  #lines: readonly PaneLine[] = [];
  #pane: TextPaneState = paneAtTop;
  #size: PaneSize = {width: 80, height: 20};

  constructor(context: ScreenContext, place: ObjectPlace, resource: Resource, view: View<unknown> | undefined) {
    this.#context = context;
    this.#place = place;
    this.#kind = resource.kind;
    this.#actions = new PageActions(context, resource, view);
    this.#yaml = new YamlTracker(context.say);
    this.#object = new SingleObject(context, resource, place.namespace, place.name);
    this.filter = {
      text: () => this.#pane.search,
      preview: text => this.#search(text),
      apply: text => void this.#search(text),
      columns: () => [],
      counts: () => ({shown: countMatches(this.#lines, this.#pane.search), all: this.#lines.length}),
    };
    this.refresh(context.clock.now());
  }

  place(): ObjectPlace {
    return this.#place;
  }

  summary(): Summary {
    const {say} = this.#context;
    const words: Readonly<Record<ObjectTab, Phrase>> = {
      yaml: phrase('screen.yaml'),
      conditions: phrase('screen.conditions'),
      events: phrase('screen.events'),
    };
    const {namespace, name, tab} = this.#place;
    return {
      left: [{text: namespace === undefined ? name : `${namespace}/${name}`, tone: 'title', isBold: true}],
      right: tabs.map((each, index) => ({
        text: `${index === 0 ? '' : '  '}${say(words[each])}`,
        tone: each === tab ? 'accent' : 'dim',
        isBold: each === tab,
      })),
    };
  }

  banners(): readonly Banner[] {
    return this.#object.banners();
  }

  bindings(): readonly Binding[] {
    const {say} = this.#context;
    const move = say(phrase('group.move'));
    const page = say(phrase('group.page'));
    const moves: readonly (readonly [string, readonly string[], Phrase, PaneMove])[] = [
      ['down', ['j', 'down'], phrase('key.down'), 'down'],
      ['up', ['k', 'up'], phrase('key.up'), 'up'],
      ['page-down', ['ctrl-f', 'pagedown', 'space'], phrase('key.pageDown'), 'pagedown'],
      ['page-up', ['ctrl-b', 'pageup'], phrase('key.pageUp'), 'pageup'],
      ['top', ['g', 'home'], phrase('key.top'), 'home'],
      ['bottom', ['G', 'end'], phrase('key.bottom'), 'end'],
      ['left', ['h', 'left'], phrase('key.left'), 'left'],
      ['right', ['l', 'right'], phrase('key.right'), 'right'],
    ];
    const own: readonly Binding[] = [
      {id: 'page.next-tab', keys: ['tab'], title: say(phrase('key.nextTab')), isInFooter: true, group: page, run: () => this.#turn(1)},
      {id: 'page.previous-tab', keys: ['shift-tab'], title: say(phrase('key.previousTab')), group: page, run: () => this.#turn(-1)},
      {id: 'page.yaml', keys: ['y', 'd'], title: say(phrase('screen.yaml')), group: page, run: () => this.#show('yaml')},
      {id: 'page.conditions', keys: ['c'], title: say(phrase('screen.conditions')), group: page, run: () => this.#show('conditions')},
      {id: 'page.events', keys: ['e'], title: say(phrase('screen.events')), group: page, run: () => this.#show('events')},
      {
        id: 'page.fold-managed',
        keys: ['m'],
        title: say(phrase('key.foldManaged')),
        group: page,
        run: () => this.#fold('/metadata/managedFields'),
      },
      {id: 'page.fold-status', keys: ['s'], title: say(phrase('key.foldStatus')), group: page, run: () => this.#fold('/status')},
      {
        id: 'page.search',
        keys: ['/'],
        title: say(phrase('key.search')),
        isInFooter: true,
        group: page,
        run: () => this.#context.openPrompt('filter'),
      },
      {id: 'page.next-match', keys: ['n'], title: say(phrase('key.nextMatch')), group: page, run: () => this.#match(1)},
      {id: 'page.previous-match', keys: ['N'], title: say(phrase('key.previousMatch')), group: page, run: () => this.#match(-1)},
      ...moves.map(
        ([id, keys, title, to]): Binding => ({id: `page.${id}`, keys, title: say(title), group: move, run: () => this.#move(to)}),
      ),
      {
        id: 'page.back',
        keys: ['esc', 'backspace'],
        title: say(phrase('key.leave')),
        isInFooter: true,
        group: move,
        run: () => this.#leave(),
      },
    ];
    return [...own, ...withoutKeys(this.#actions.bindings(this.#object.current()), own)];
  }

  render(size: BodySize): ReactNode {
    this.#size = size;
    return <TextPane theme={this.#context.theme} lines={this.#lines} state={this.#pane} width={size.width} height={size.height} />;
  }

  refresh(now: number): boolean {
    const before = this.#lines;
    const object = this.#object.read();
    if (object !== undefined) this.#yaml.take(object, now);
    this.#watchEvents(object);
    this.#lines = this.#linesOf(object, now);
    this.#pane = rebasePane(this.#pane, before, this.#lines, this.#size.height);
    return this.#lines !== before;
  }

  dispose(): void {
    this.#object.release();
    this.#events?.release();
  }

  #linesOf(object: KubeObject | undefined, now: number): readonly PaneLine[] {
    if (object === undefined) return [];
    const {say} = this.#context;
    switch (this.#place.tab) {
      case 'yaml':
        return this.#yaml.lines(now);
      case 'conditions':
        return conditionLines(object, now, say);
      case 'events':
        return eventLines(
          [...(this.#events?.collection.entries() ?? [])].map(entry => entry.row),
          object,
          now,
          say,
        );
    }
  }

  /** Events are watched only once somebody asks for them. By name, since the kubelet gives a node's name in place of its UID. */
  #watchEvents(object: KubeObject | undefined): void {
    if (this.#place.tab !== 'events' || this.#events !== undefined || object === undefined) return;
    const resource = this.#context.session.pick({group: '', plural: 'events', versions: ['v1']});
    if (resource === undefined) return;
    const {namespace, name} = object.metadata;
    this.#events = this.#context.session.acquire<KubeObject>({
      resource,
      ...(namespace === undefined ? {} : {namespace}),
      fieldSelector: `involvedObject.kind=${this.#kind},involvedObject.name=${name}`,
      form: 'object',
      projection: {name: 'whole', project: event => event},
      rowsMax: eventsMax,
    });
  }

  #search(text: string): Phrase | undefined {
    this.#pane = searchPane(this.#pane, text, this.#lines, this.#size.height);
    this.#context.draw();
    return undefined;
  }

  #match(step: 1 | -1): void {
    this.#pane = nextMatch(this.#pane, step, this.#lines, this.#size.height);
  }

  #move(to: PaneMove): void {
    this.#pane = movePane(this.#pane, to, this.#lines, this.#size);
  }

  #turn(step: number): void {
    const next = tabs[(tabs.indexOf(this.#place.tab) + step + tabs.length) % tabs.length];
    if (next !== undefined) this.#show(next);
  }

  #show(tab: ObjectTab): void {
    this.#place = {...this.#place, tab};
    this.#lines = [];
    this.#pane = {...paneAtTop, search: this.#pane.search};
    this.refresh(this.#context.clock.now());
  }

  #fold(path: string): void {
    this.#yaml.toggleFold(path);
    this.refresh(this.#context.clock.now());
  }

  #leave(): void {
    if (this.#pane.search !== '') this.#search('');
    else this.#context.goUp();
  }
}
