/** A list of what goes on in the background: what runs, what has ended and how, with a cursor that stays on its row's object. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {humanDuration} from '../domain/age.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {layoutColumns} from '../ui/column-widths.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {Table, tableFrameColumns} from '../ui/table.tsx';
import type {Tone} from '../ui/theme.ts';
import {textWidth} from '../ui/width.ts';
import type {Occupation} from './background.ts';
import type {Place} from './navigation.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';

export type OccupationCell = {readonly text: string; readonly tone: Tone};

export type OccupationList<Shown extends Occupation> = {
  readonly place: Place;
  readonly title: Phrase;
  /** Said where there is none. */
  readonly nothing: Phrase;
  readonly columns: readonly string[];
  isShown(occupation: Occupation): occupation is Shown;
  cells(occupation: Shown): readonly OccupationCell[];
  bindings(current: Shown | undefined): readonly Binding[];
};

export class OccupationsScreen<Shown extends Occupation> implements Screen {
  readonly #context: ScreenContext;
  readonly #of: OccupationList<Shown>;
  #cursorId: number | undefined;

  constructor(context: ScreenContext, of: OccupationList<Shown>) {
    this.#context = context;
    this.#of = of;
    this.#cursorId = this.#list()[0]?.id;
  }

  place(): Place {
    return this.#of.place;
  }

  summary(): Summary {
    const list = this.#list();
    const running = list.filter(({exit}) => exit === undefined).length;
    return {
      left: [
        {text: this.#context.say(this.#of.title), tone: 'title', isBold: true},
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
    const {say, goUp} = this.#context;
    const group = say(phrase('group.move'));
    const current = this.#list()[this.#cursor()];
    const none = current === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {};
    return [
      ...this.#of.bindings(current),
      {id: 'list.end', keys: ['ctrl-d', 'x'], title: say(phrase('key.endTerminal')), isInFooter: true, ...none, run: () => this.#end()},
      {id: 'list.down', keys: ['j', 'down'], title: say(phrase('key.down')), group, run: () => this.#move(1)},
      {id: 'list.up', keys: ['k', 'up'], title: say(phrase('key.up')), group, run: () => this.#move(-1)},
      {id: 'list.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: goUp},
    ];
  }

  render(size: BodySize): ReactNode {
    const {say, theme, clock} = this.#context;
    const list = this.#list();
    if (list.length === 0) return <Text>{` ${say(this.#of.nothing)}`}</Text>;
    const now = clock.now();
    const titles = ['NAME', ...this.#of.columns, 'CONTEXT', 'AGE'];
    const cells = list.map((occupation): readonly OccupationCell[] => [
      {text: occupation.title, tone: 'plain'},
      ...this.#of.cells(occupation),
      {text: occupation.context, tone: 'dim'},
      {text: humanDuration(now - occupation.startedAt), tone: 'plain'},
    ]);
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

  /** Ages go on. */
  refresh(): boolean {
    return this.#list().length > 0;
  }

  dispose(): void {}

  #list(): readonly Shown[] {
    return this.#context.background.list().filter(this.#of.isShown);
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

  #end(): void {
    const at = this.#cursor();
    const occupation = this.#list()[at];
    if (occupation === undefined) return;
    this.#context.background.close(occupation.id);
    const list = this.#list();
    this.#cursorId = list[Math.min(at, list.length - 1)]?.id;
    this.#context.draw();
  }
}
