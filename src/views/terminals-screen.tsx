/** The list of terminals: what runs, what has ended and how; Enter goes back into one. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {humanDuration} from '../domain/age.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {layoutColumns} from '../ui/column-widths.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {Table, tableFrameColumns} from '../ui/table.tsx';
import type {Tone} from '../ui/theme.ts';
import {textWidth} from '../ui/width.ts';
import type {Place} from './navigation.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';
import {exitPhrase, isFailedExit, type OpenTerminal} from './terminals.ts';

const titles = ['NAME', 'KIND', 'CONTEXT', 'AGE', 'STATE'] as const;

export class TerminalsScreen implements Screen {
  readonly #context: ScreenContext;
  /** Of the terminal, not of the row. */
  #cursorId: number | undefined;

  constructor(context: ScreenContext) {
    this.#context = context;
    this.#cursorId = this.#list()[0]?.id;
  }

  place(): Place {
    return {kind: 'terminals'};
  }

  summary(): Summary {
    const list = this.#list();
    const running = list.filter(({exit}) => exit === undefined).length;
    return {
      left: [
        {text: this.#context.say(phrase('screen.terminals')), tone: 'title', isBold: true},
        {text: ` ${list.length}`},
        {text: `  ${this.#context.say(phrase('terminal.runningCount', running))}`, tone: running > 0 ? 'busy' : 'dim'},
      ],
      right: [],
    };
  }

  banners(): readonly Banner[] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say, goUp, openShell} = this.#context;
    const group = say(phrase('group.move'));
    const none = this.#list().length === 0 ? {disabledReason: say(phrase('key.nothingSelected'))} : {};
    return [
      {id: 'terminals.open', keys: ['enter'], title: say(phrase('key.open')), isInFooter: true, ...none, run: () => this.#open()},
      {id: 'terminals.new', keys: ['n'], title: say(phrase('key.newShell')), isInFooter: true, run: openShell},
      {
        id: 'terminals.close',
        keys: ['ctrl-d', 'x'],
        title: say(phrase('key.endTerminal')),
        isInFooter: true,
        ...none,
        run: () => this.#close(),
      },
      {id: 'terminals.down', keys: ['j', 'down'], title: say(phrase('key.down')), group, run: () => this.#move(1)},
      {id: 'terminals.up', keys: ['k', 'up'], title: say(phrase('key.up')), group, run: () => this.#move(-1)},
      {id: 'terminals.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: goUp},
    ];
  }

  render(size: BodySize): ReactNode {
    const {say, theme, clock} = this.#context;
    const list = this.#list();
    if (list.length === 0) return <Text>{` ${say(phrase('terminal.none'))}`}</Text>;
    const now = clock.now();
    const cells = list.map(terminal => this.#cells(terminal, now));
    const widths = titles.map((title, at) => cells.reduce((most, row) => Math.max(most, textWidth(row[at]?.text ?? '')), title.length + 1));
    const cursor = this.#cursor();
    const offset = Math.max(0, cursor - (size.height - 2));
    return (
      <Table
        theme={theme}
        columns={titles.map(title => ({title}))}
        layout={layoutColumns(
          widths.map(width => ({min: Math.min(width, 14), ideal: width})),
          size.width - tableFrameColumns,
          0,
        )}
        rows={cells.slice(offset, offset + size.height - 1).map((row, at) => ({
          key: String(list[offset + at]?.id),
          cells: row,
          isSelected: offset + at === cursor,
          isMarked: false,
        }))}
        width={size.width}
        height={size.height}
      />
    );
  }

  refresh(): boolean {
    return this.#list().length > 0;
  }

  dispose(): void {}

  #cells({title, kind, context, startedAt, exit}: OpenTerminal, now: number): readonly {text: string; tone: Tone}[] {
    const {say} = this.#context;
    return [
      {text: title, tone: 'plain'},
      {text: say(phrase(`terminal.kind.${kind}`)), tone: 'plain'},
      {text: context, tone: 'dim'},
      {text: humanDuration(now - startedAt), tone: 'plain'},
      {text: say(exitPhrase(exit)), tone: exit === undefined ? 'busy' : isFailedExit(exit) ? 'broken' : 'dim'},
    ];
  }

  #list(): readonly OpenTerminal[] {
    return this.#context.terminals.list();
  }

  #cursor(): number {
    return Math.max(
      0,
      this.#list().findIndex(({id}) => id === this.#cursorId),
    );
  }

  #move(by: number): void {
    const list = this.#list();
    this.#cursorId = list[Math.min(Math.max(this.#cursor() + by, 0), list.length - 1)]?.id;
    this.#context.draw();
  }

  #open(): void {
    const terminal = this.#list()[this.#cursor()];
    if (terminal !== undefined) this.#context.goInto({kind: 'terminal', id: terminal.id});
  }

  #close(): void {
    const at = this.#cursor();
    const terminal = this.#list()[at];
    if (terminal === undefined) return;
    this.#context.terminals.close(terminal.id);
    this.#cursorId = this.#list()[Math.min(at, this.#list().length - 1)]?.id;
    this.#context.draw();
  }
}
