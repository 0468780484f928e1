/** The screen of one table: what is shown of its source, in which order, and where the cursor and the marks stand. */
import type {Phrase} from '../domain/messages/phrase.ts';
import {type Filter, type ParsedFilter, parseFilter} from '../domain/query/filter.ts';
import {readSelectors} from '../domain/query/filter-selectors.ts';
import type {Resource} from '../domain/resource.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {type ShownColumn, shownColumns} from './columns.ts';
import {type CursorState, moveCursor, rangeOf, settleCursor, type Window} from './cursor.ts';
import type {Seen, View} from './define-view.ts';
import type {TablePlace} from './navigation.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';
import {sourceBanners} from './source-banners.ts';
import {withoutKeys} from './start-action.ts';
import {tableActions} from './table-actions.ts';
import {tableBindings} from './table-bindings.ts';
import {renderTable} from './table-body.tsx';
import {type Arrangement, type ModelRow, type Order, TableModel} from './table-model.ts';
import {TableSource} from './table-source.ts';
import {tableSummary} from './table-summary.ts';
import {verdictText} from './verdict-text.ts';
import {judgeRow} from './view-row.ts';

/** Verdicts that depend on the clock are judged anew this often; those that depend on siblings at most this often. */
const rejudgeMs = 10_000;
const rejudgeMsMin = 1_000;

export class TableScreen implements Screen {
  readonly context: ScreenContext;
  readonly source: TableSource;
  readonly model: TableModel<unknown>;
  readonly filter: FilterTarget;
  readonly marks = new Set<string>();
  /** The widest text of each column so far: columns must not jump while rows pass by. */
  readonly widths = new Map<string, number>();
  /** How far the table is scrolled sideways, as it was drawn. */
  scrolled = 0;
  #place: TablePlace;
  #columns: {readonly of: View<unknown>; readonly isWide: boolean; readonly list: readonly ShownColumn<unknown>[]} | undefined;
  #filter: Filter;
  #height = 20;
  #version: number | undefined;
  #surroundings = '';
  #judgedAt: number;
  /** Where the cursor stood when a filter began to be typed. */
  #cursorBeforeFilter: CursorState | undefined;
  #ticking = '';

  constructor(context: ScreenContext, place: TablePlace, resource: Resource, view: View<unknown> | undefined) {
    this.context = context;
    this.#place = place;
    this.#judgedAt = context.clock.now();
    this.source = new TableSource(context.session, context.clock, resource, view, {
      namespace: place.namespace,
      ...readSelectors(place.filter),
    });
    this.#filter = this.#parsed(place.filter);
    this.model = new TableModel((row, seen) => judgeRow(this.source.view(), row, seen), this.#arrangement());
    this.filter = {
      text: () => this.#place.filter,
      preview: text => this.#preview(text),
      apply: text => this.#apply(text),
      columns: () => this.columns(),
      counts: () => ({shown: this.model.shown.length, all: this.model.total}),
    };
    this.refresh(context.clock.now());
  }

  place(): TablePlace {
    return this.#place;
  }

  columns(): readonly ShownColumn<unknown>[] {
    const view = this.source.view();
    const {isWide, namespace} = this.#place;
    if (this.#columns === undefined || this.#columns.of !== view || this.#columns.isWide !== isWide) {
      const list = shownColumns(view, {
        version: this.source.resource.version,
        hasNamespace: this.source.resource.isNamespaced && namespace === undefined,
        isWide,
        verdictText: (verdict, seen) => verdictText(verdict, seen.now, this.context.theme.glyphs, this.context.say),
      });
      this.#columns = {of: view, isWide, list};
    }
    return this.#columns.list;
  }

  order(): Order | undefined {
    return this.#place.order ?? this.source.view().sort;
  }

  current(): ModelRow<unknown> | undefined {
    return this.#place.cursorUid === undefined ? undefined : this.model.get(this.#place.cursorUid);
  }

  seen(): Seen {
    return this.source.seen(this.context.clock.now());
  }

  refresh(now: number): boolean {
    const seen = this.source.seen(now);
    const before = this.model.shown;
    const known = this.#columns?.list;
    if (this.columns() !== known) {
      this.#filter = this.#parsed(this.#place.filter);
      this.model.arrange(this.#arrangement(), seen);
    }
    this.#takeEntries(seen);
    this.#rejudge(now, seen);
    this.#settle(settleCursor(this.#cursor(), this.model.shown, this.#window(seen)));
    const ticking = this.#tickingText(seen);
    const isNews = before !== this.model.shown || ticking !== this.#ticking;
    this.#ticking = ticking;
    return isNews;
  }

  /** Every tick of the clock asks; ten thousand rows are gone through only when one of them changed. */
  #takeEntries(seen: Seen): void {
    const version = this.source.version();
    if (version === this.#version) return;
    this.#version = version;
    this.model.update(this.source.entries(), seen);
    for (const uid of this.marks) if (this.model.get(uid) === undefined) this.marks.delete(uid);
  }

  move(by: number): void {
    this.#cursorBeforeFilter = undefined;
    this.#settle(moveCursor(this.#cursor(), this.model.shown, by, this.#window(this.seen())));
    this.context.draw();
  }

  page(by: number): void {
    this.move(by * Math.max(1, this.#height - 1));
  }

  change(change: Partial<TablePlace>): void {
    this.#place = {...this.#place, ...change};
    this.#rearrange();
  }

  toggleMark(): void {
    const {cursorUid} = this.#place;
    if (cursorUid === undefined) return;
    if (!this.marks.delete(cursorUid)) this.marks.add(cursorUid);
    this.move(1);
  }

  /** Marks everything between the nearest mark and the cursor. */
  markRange(): void {
    const {cursorUid, cursorIndex} = this.#place;
    if (cursorUid === undefined) return;
    const distances = this.model.shown.flatMap((row, index) =>
      this.marks.has(row.entry.uid) ? [{uid: row.entry.uid, far: Math.abs(index - cursorIndex)}] : [],
    );
    const nearest = distances.sort((a, b) => a.far - b.far)[0]?.uid ?? cursorUid;
    for (const uid of rangeOf(this.model.shown, nearest, cursorUid)) this.marks.add(uid);
    this.context.draw();
  }

  unmarkAll(): void {
    this.marks.clear();
    this.context.draw();
  }

  summary(): Summary {
    return tableSummary(this);
  }

  banners(): readonly Banner[] {
    return sourceBanners(this.source.resource, this.source.status(), this.context);
  }

  bindings(): readonly Binding[] {
    const actions = tableActions(this);
    const [open, ...others] = withoutKeys(tableBindings(this), actions);
    return open === undefined ? actions : [open, ...actions, ...others];
  }

  render(size: BodySize): ReturnType<Screen['render']> {
    const height = Math.max(1, size.height - 1);
    if (height !== this.#height) {
      this.#height = height;
      this.#settle(settleCursor(this.#cursor(), this.model.shown, this.#window(this.seen())));
    }
    return renderTable(this, size);
  }

  awaits(): 'rows' | undefined {
    return this.model.total === 0 && this.source.status().state === 'syncing' ? 'rows' : undefined;
  }

  dispose(): void {
    this.source.close();
  }

  #cursor(): CursorState {
    return {uid: this.#place.cursorUid, index: this.#place.cursorIndex, offset: this.#place.offset};
  }

  #settle(cursor: CursorState): void {
    this.#place = {...this.#place, cursorUid: cursor.uid, cursorIndex: cursor.index, offset: cursor.offset};
  }

  #window(seen: Seen): Window {
    const view = this.source.view();
    return {
      height: this.#height,
      linesOf: index => {
        const facts = view.lines === undefined ? undefined : this.model.shown[index]?.entry.row.facts;
        return facts === undefined ? 1 : 1 + (view.lines?.(facts, seen).length ?? 0);
      },
    };
  }

  #rejudge(now: number, seen: Seen): void {
    const surroundings = this.source.surroundings();
    const elapsedMs = now - this.#judgedAt;
    if (elapsedMs < rejudgeMs && (surroundings === this.#surroundings || elapsedMs < rejudgeMsMin)) return;
    this.#surroundings = surroundings;
    this.#judgedAt = now;
    this.model.rejudge(seen);
  }

  #rearrange(): void {
    const seen = this.seen();
    this.model.arrange(this.#arrangement(), seen);
    this.#settle(settleCursor(this.#cursor(), this.model.shown, this.#window(seen)));
    this.context.draw();
  }

  #arrangement(): Arrangement<unknown> {
    return {
      columns: this.columns(),
      order: this.order(),
      isProblemsOnly: this.#place.isProblemsOnly,
      matches: row => this.#filter.matches(row),
    };
  }

  /** A filter of a generic kind names columns that the server has not told yet: until then everything matches. */
  #parsed(text: string): Filter {
    const parsed: ParsedFilter = parseFilter(text, this.columns());
    return 'filter' in parsed ? parsed.filter : {matches: () => true};
  }

  #preview(text: string): Phrase | undefined {
    const parsed = parseFilter(text, this.columns());
    if ('error' in parsed) return parsed.error;
    this.#filter = parsed.filter;
    // Half a filter may match other rows: the cursor comes back to its object, and stands on the first row where that is gone.
    this.#cursorBeforeFilter ??= this.#cursor();
    this.#settle({...this.#cursorBeforeFilter, index: 0});
    this.#rearrange();
    return undefined;
  }

  /** A change of selectors asks the server anew, so it opens the table as another place. */
  #apply(text: string): void {
    const parsed = parseFilter(text, this.columns());
    if ('error' in parsed) {
      this.context.flash(parsed.error, 'broken');
      return;
    }
    this.#cursorBeforeFilter = undefined;
    const isServerAsked = JSON.stringify(readSelectors(text)) !== JSON.stringify(readSelectors(this.#place.filter));
    this.#filter = parsed.filter;
    if (isServerAsked) this.context.goTo({...this.#place, filter: text});
    else this.change({filter: text});
  }

  /** Everything visible that changes with time alone: while it stays the same, nothing needs to be drawn. */
  #tickingText(seen: Seen): string {
    const ticking = this.columns().filter(column => column.kind !== 'text' || column.role === 'verdict');
    const visible = this.model.shown.slice(this.#place.offset, this.#place.offset + this.#height);
    return visible.map(row => [isFresh(row, seen) ? '!' : '', ...ticking.map(column => column.text(row, seen))].join('\t')).join('\n');
  }
}

export function isFresh(row: ModelRow<unknown>, seen: Seen): boolean {
  return row.fresh !== undefined && row.fresh.until > seen.now;
}
