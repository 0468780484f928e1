/** A list that is no table of the cluster: a cursor that stays on its item, a filter, and the keys to move. */
import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {layoutColumns} from '../ui/column-widths.ts';
import type {Binding} from '../ui/keymap.ts';
import type {BodySize} from '../ui/screen-frame.tsx';
import {Table, type TableCell, tableFrameColumns} from '../ui/table.tsx';
import {textWidth, visibleText} from '../ui/width.ts';
import type {FilterTarget, ScreenContext} from './screen.ts';

export type ListColumn<Item> = {
  readonly title: string;
  /** Below this it says too little: other columns leave first. */
  readonly widthMin?: number;
  /** Above this it is cut. */
  readonly widthMax?: number;
  /** Where there is no room, columns with a higher number leave first; those without one stay. */
  readonly priority?: number;
  cell(item: Item): TableCell;
};

export type ItemListOptions<Item> = {
  readonly context: ScreenContext;
  /** Before the ids of its bindings: `runs`. */
  readonly id: string;
  readonly columns: readonly ListColumn<Item>[];
  /** Said where there is nothing at all. */
  readonly whenEmpty: () => string;
  items(): readonly Item[];
  keyOf(item: Item): string;
};

const widthMinDefault = 16;

export class ItemList<Item> {
  readonly filter: FilterTarget;
  readonly #options: ItemListOptions<Item>;
  #text = '';
  #cursor: string | undefined;
  /** Where the cursor goes when its item is gone. */
  #index = 0;
  #height = 20;

  constructor(options: ItemListOptions<Item>, filter = '') {
    this.#options = options;
    this.#text = filter;
    this.filter = {
      text: () => this.#text,
      preview: text => {
        this.#text = text;
        options.context.draw();
        return undefined;
      },
      apply: text => {
        this.#text = text;
        options.context.draw();
      },
      columns: () => [],
      counts: () => ({shown: this.shown().length, all: options.items().length}),
    };
  }

  /** Those that have every word of the filter in one of their cells. */
  shown(): readonly Item[] {
    const words = this.#text.toLowerCase().split(/\s+/).filter(Boolean);
    const {items, columns} = this.#options;
    if (words.length === 0) return items();
    return items().filter(item => {
      const text = columns.map(column => column.cell(item).text.toLowerCase()).join(' ');
      return words.every(word => text.includes(word));
    });
  }

  current(): Item | undefined {
    const shown = this.shown();
    return shown[this.#at(shown)];
  }

  moveTo(item: Item): void {
    this.#cursor = this.#options.keyOf(item);
  }

  bindings(): readonly Binding[] {
    const {context, id} = this.#options;
    const {say} = context;
    const group = say(phrase('group.move'));
    const page = Math.max(1, this.#height - 2);
    const move = (name: string, keys: readonly string[], title: string, by: number): Binding => ({
      id: `${id}.${name}`,
      keys,
      title,
      group,
      run: () => this.#move(by),
    });
    return [
      move('down', ['j', 'down'], say(phrase('key.down')), 1),
      move('up', ['k', 'up'], say(phrase('key.up')), -1),
      move('page-down', ['ctrl-f', 'pagedown'], say(phrase('key.pageDown')), page),
      move('page-up', ['ctrl-b', 'pageup'], say(phrase('key.pageUp')), -page),
      move('top', ['g', 'home'], say(phrase('key.top')), Number.NEGATIVE_INFINITY),
      move('bottom', ['G', 'end'], say(phrase('key.bottom')), Number.POSITIVE_INFINITY),
      {id: `${id}.filter`, keys: ['/'], title: say(phrase('key.filter')), isInFooter: true, group, run: () => context.openPrompt('filter')},
      {id: `${id}.back`, keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: () => this.#leave()},
    ];
  }

  /** Of the rows that can be seen: another one is worth a frame. */
  text(): string {
    const {columns} = this.#options;
    return this.#window(this.shown())
      .window.map(item => columns.map(column => column.cell(item).text).join(' '))
      .join('\n');
  }

  render({width, height}: BodySize): ReactNode {
    this.#height = height;
    const {columns, context, keyOf, whenEmpty} = this.#options;
    const shown = this.shown();
    if (shown.length === 0) {
      const text = this.#text === '' ? whenEmpty() : context.say(phrase('prompt.matches', 0, this.#options.items().length));
      return <Text wrap="truncate">{` ${visibleText(text)}`}</Text>;
    }
    const {cursor, offset, window} = this.#window(shown);
    const cells = window.map(item => columns.map(column => column.cell(item)));
    const wanted = columns.map(({title, widthMin = widthMinDefault, widthMax = 60, priority}, at) => {
      const widest = cells.reduce((most, row) => Math.max(most, textWidth(visibleText(row[at]?.text ?? ''))), textWidth(title) + 1);
      const ideal = Math.min(widest, widthMax);
      return {min: Math.min(ideal, widthMin), ideal, ...(priority === undefined ? {} : {priority})};
    });
    return (
      <Box flexDirection="column" width={width} height={height}>
        <Table
          theme={context.theme}
          columns={columns.map(({title}) => ({title}))}
          layout={layoutColumns(wanted, width - tableFrameColumns, 0)}
          rows={window.map((item, at) => ({key: keyOf(item), cells: cells[at] ?? [], isSelected: offset + at === cursor}))}
          width={width}
          height={height}
        />
      </Box>
    );
  }

  #window(shown: readonly Item[]): {readonly cursor: number; readonly offset: number; readonly window: readonly Item[]} {
    const cursor = this.#at(shown);
    const offset = Math.max(0, Math.min(cursor - Math.floor(this.#height / 2), shown.length - (this.#height - 1)));
    return {cursor, offset, window: shown.slice(offset, offset + this.#height - 1)};
  }

  #at(shown: readonly Item[]): number {
    const at = shown.findIndex(item => this.#options.keyOf(item) === this.#cursor);
    this.#index = Math.max(0, at >= 0 ? at : Math.min(this.#index, shown.length - 1));
    return this.#index;
  }

  #move(by: number): void {
    const shown = this.shown();
    const at = Math.max(0, Math.min(this.#at(shown) + by, shown.length - 1));
    const item = shown[at];
    this.#index = at;
    this.#cursor = item === undefined ? undefined : this.#options.keyOf(item);
    this.#options.context.draw();
  }

  #leave(): void {
    if (this.#text !== '') this.filter.apply('');
    else this.#options.context.goUp();
  }
}
