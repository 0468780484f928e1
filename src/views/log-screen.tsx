/** The log of a container in a pane: follows what is written, back to the life before, filtered, with or without times. */
import type {ReactNode} from 'react';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {compileRegex, type LinearRegex} from '../domain/query/linear-regex.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {TextPane} from '../ui/text-pane.tsx';
import {movePane, type PaneLine, type PaneMove, type PaneSize, paneAtTop, type TextPaneState} from '../ui/text-pane-state.ts';
import type {OpenLog} from './background.ts';
import type {TerminalPlace} from './navigation.ts';
import type {LogLine, PodLog} from './pod-log.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';

type Pattern = {readonly regex: LinearRegex; readonly isInverted: boolean};

export class LogScreen implements Screen {
  readonly filter: FilterTarget;
  readonly #context: ScreenContext;
  readonly #place: TerminalPlace;
  readonly #log: PodLog;
  readonly #title: string;
  #filterText = '';
  #pattern: Pattern | undefined;
  #isFollowing = true;
  #hasTimes = false;
  #pane: TextPaneState = paneAtTop;
  #size: PaneSize = {width: 80, height: 20};
  #lines: readonly PaneLine[] = [];
  #drawn = '';

  constructor(context: ScreenContext, place: TerminalPlace, {log, title}: OpenLog) {
    this.#context = context;
    this.#place = place;
    this.#log = log;
    this.#title = title;
    this.filter = {
      text: () => this.#filterText,
      preview: text => this.#setFilter(text),
      apply: text => void this.#setFilter(text),
      columns: () => [],
      counts: () => ({shown: this.#shownLines().length, all: log.lines.length}),
    };
  }

  place(): TerminalPlace {
    return this.#place;
  }

  summary(): Summary {
    const {say} = this.#context;
    const {lines, dropped, isPrevious, state} = this.#log;
    const shown = this.#shownLines().length;
    const {text, tone} = stateOf(state, isPrevious);
    const filter = this.#filterText === '' ? [] : [{text: `/${this.#filterText}  ${shown}/${lines.length}  `, tone: 'accent' as const}];
    return {
      left: [
        {text: this.#title, tone: 'title', isBold: true},
        {text: `  ${say(phrase('log.lines', lines.length))}`, priority: 2},
        ...(dropped === 0 ? [] : [{text: `  ${say(phrase('log.dropped', dropped))}`, tone: 'waiting' as const, priority: 3}]),
      ],
      right: [...filter, {text: say(this.#isFollowing || this.#log.exit !== undefined ? text : phrase('log.held')), tone}],
    };
  }

  banners(): readonly Banner[] {
    const {state} = this.#log;
    if (state.kind === 'broken') return [{text: this.#context.say(phrase('log.broken', state.reason)), tone: 'waiting'}];
    return state.kind === 'refused' ? [{text: this.#context.say(state.reason), tone: 'broken'}] : [];
  }

  bindings(): readonly Binding[] {
    const {say, goUp, openPrompt} = this.#context;
    const {isPrevious, exit} = this.#log;
    const group = say(phrase('group.log'));
    const move = say(phrase('group.move'));
    const moves: readonly (readonly [string, readonly string[], Phrase, PaneMove])[] = [
      ['down', ['j', 'down'], phrase('key.down'), 'down'],
      ['up', ['k', 'up'], phrase('key.up'), 'up'],
      ['page-down', ['ctrl-f', 'pagedown', 'space'], phrase('key.pageDown'), 'pagedown'],
      ['page-up', ['ctrl-b', 'pageup'], phrase('key.pageUp'), 'pageup'],
      ['top', ['g', 'home'], phrase('key.top'), 'home'],
      ['bottom', ['G', 'end'], phrase('key.bottom'), 'end'],
      ['left', ['h', 'left'], phrase('key.lineLeft'), 'left'],
      ['right', ['l', 'right'], phrase('key.lineRight'), 'right'],
    ];
    const reread =
      exit === undefined
        ? []
        : [
            {
              id: 'log.again',
              keys: ['r'],
              title: say(phrase('key.readAgain')),
              isInFooter: true,
              group,
              run: () => this.#restart(isPrevious),
            },
          ];
    return [
      {
        id: 'log.follow',
        keys: ['f'],
        title: say(phrase(this.#isFollowing ? 'key.hold' : 'key.follow')),
        isInFooter: true,
        group,
        run: () => this.#follow(!this.#isFollowing),
      },
      {
        id: 'log.previous',
        keys: ['p'],
        title: say(phrase(isPrevious ? 'key.thisLife' : 'key.previousLife')),
        isInFooter: true,
        group,
        run: () => this.#restart(!isPrevious),
      },
      {id: 'log.times', keys: ['t'], title: say(phrase('key.times')), isInFooter: true, group, run: () => this.#toggleTimes()},
      {id: 'log.filter', keys: ['/'], title: say(phrase('key.filter')), isInFooter: true, group, run: () => openPrompt('filter')},
      ...reread,
      ...moves.map(
        ([id, keys, title, step]): Binding => ({id: `log.${id}`, keys, title: say(title), group: move, run: () => this.#move(step)}),
      ),
      {id: 'log.leave', keys: ['ctrl-]'], title: say(phrase('key.leaveRunning')), group, run: goUp},
      {id: 'log.end', keys: ['esc', 'q'], title: say(phrase('key.leave')), isInFooter: true, group, run: () => this.#end()},
    ];
  }

  render(size: BodySize): ReactNode {
    this.#size = size;
    this.#arrange();
    return <TextPane theme={this.#context.theme} lines={this.#lines} state={this.#pane} width={size.width} height={size.height} />;
  }

  refresh(): boolean {
    return false;
  }

  dispose(): void {}

  /** Lines are made anew only when something about them has changed. */
  #arrange(): void {
    const key = [this.#log.version, this.#filterText, this.#hasTimes].join(' ');
    if (key !== this.#drawn) {
      const top = this.#lines[this.#pane.top];
      this.#drawn = key;
      this.#lines = this.#shownLines().map(line => paneLine(line, this.#hasTimes));
      // Old lines went: the one at the top stays there.
      const at = top === undefined ? -1 : this.#lines.findIndex(line => line.segments.at(-1)?.text === top.segments.at(-1)?.text);
      if (at >= 0 && at < this.#pane.top) this.#pane = {...this.#pane, top: at};
    }
    if (this.#isFollowing) this.#pane = movePane(this.#pane, 'end', this.#lines, this.#size);
  }

  #shownLines(): readonly LogLine[] {
    const pattern = this.#pattern;
    const {lines} = this.#log;
    return pattern === undefined ? lines : lines.filter(({text}) => pattern.regex.test(text) !== pattern.isInverted);
  }

  /** A pattern of filters; `!` before it shows all other lines. */
  #setFilter(text: string): Phrase | undefined {
    const isInverted = text.startsWith('!');
    const compiled = compileRegex(isInverted ? text.slice(1) : text);
    if ('error' in compiled) return compiled.error;
    this.#filterText = text;
    this.#pattern = text === '' || text === '!' ? undefined : {regex: compiled.regex, isInverted};
    this.#context.draw();
    return undefined;
  }

  #move(step: PaneMove): void {
    this.#pane = movePane(this.#pane, step, this.#lines, this.#size);
    if (step !== 'left' && step !== 'right') this.#isFollowing = step === 'end';
    this.#context.draw();
  }

  #follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.#context.draw();
  }

  #toggleTimes(): void {
    this.#hasTimes = !this.#hasTimes;
    this.#context.draw();
  }

  #restart(isPrevious: boolean): void {
    this.#isFollowing = true;
    this.#log.restart(isPrevious);
  }

  /** One thing at a time: the filter, then the log. */
  #end(): void {
    if (this.#filterText !== '') {
      this.#setFilter('');
      return;
    }
    this.#context.goUp();
    this.#context.background.close(this.#place.id);
  }
}

function paneLine({time, text}: LogLine, hasTimes: boolean): PaneLine {
  return {segments: hasTimes && time !== '' ? [{text: `${time.slice(0, 19)}Z `, tone: 'dim'}, {text}] : [{text}]};
}

function stateOf(state: PodLog['state'], isPrevious: boolean): {text: Phrase; tone: 'busy' | 'waiting' | 'dim' | 'broken'} {
  switch (state.kind) {
    case 'reading':
      return isPrevious ? {text: phrase('screen.syncing'), tone: 'busy'} : {text: phrase('log.following'), tone: 'busy'};
    case 'broken':
      return {text: phrase('log.interrupted'), tone: 'waiting'};
    case 'ended':
      return {text: isPrevious ? phrase('log.previousLife') : phrase('terminal.ended'), tone: 'dim'};
    case 'refused':
      return {text: phrase('log.refused'), tone: 'broken'};
  }
}
