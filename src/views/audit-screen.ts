/** `:audit`: what was done through this machine, one line for each effect, each decision and each end of a run. */
import type {ReactNode} from 'react';
import type {AuditEntry} from '../domain/audit.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {ItemList} from './item-list.tsx';
import type {RunListPlace} from './navigation.ts';
import {handleOf} from './runs-screen.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';

const entriesMax = 1_000;

type Row = {readonly entry: AuditEntry; readonly key: string};

export class AuditScreen implements Screen {
  readonly filter: FilterTarget;
  readonly #context: ScreenContext;
  readonly #list: ItemList<Row>;
  #rows: readonly Row[] = [];
  #trouble: string | undefined;
  /** What the runs had done when the audit was read last. */
  #readAt: string | undefined;
  #isClosed = false;

  constructor(context: ScreenContext, place: RunListPlace) {
    this.#context = context;
    this.#list = new ItemList<Row>(
      {
        context,
        id: 'audit',
        columns: [
          {title: 'TIME (UTC)', cell: ({entry}) => ({text: entry.at.slice(0, 19).replace('T', ' '), tone: 'dim'})},
          {title: 'BY', widthMax: 24, priority: 2, cell: ({entry}) => ({text: entry.user})},
          {title: 'RUNBOOK', widthMax: 32, cell: ({entry}) => ({text: entry.runbook})},
          {title: 'TARGET', widthMax: 40, cell: ({entry}) => ({text: entry.target})},
          {title: 'STEP', widthMax: 20, priority: 3, cell: ({entry}) => ({text: entry.step, tone: 'dim'})},
          {title: 'WHAT', widthMax: 60, cell: ({entry}) => ({text: entry.what})},
          {title: 'OUTCOME', widthMax: 40, priority: 1, cell: ({entry}) => ({text: entry.outcome, tone: 'dim'})},
        ],
        whenEmpty: () => context.say(context.session.desk() === undefined ? phrase('run.noDesk') : phrase('audit.none')),
        items: () => this.#rows,
        keyOf: ({key}) => key,
      },
      place.filter,
    );
    this.filter = this.#list.filter;
    this.refresh();
  }

  place(): RunListPlace {
    return {kind: 'audit', filter: this.filter.text()};
  }

  summary(): Summary {
    const filter = this.filter.text();
    return {
      left: [{text: this.#context.say(phrase('screen.audit')), tone: 'title', isBold: true}, {text: ` ${this.#rows.length}`}],
      right: filter === '' ? [] : [{text: `/${filter}`, tone: 'accent'}],
    };
  }

  banners(): readonly Banner[] {
    return this.#trouble === undefined ? [] : [{text: this.#trouble, tone: 'broken'}];
  }

  bindings(): readonly Binding[] {
    const {say, goInto, session} = this.#context;
    const current = this.#list.current();
    const run = session
      .desk()
      ?.runs()
      .find(({meta}) => meta.uid === current?.entry.runUid);
    return [
      {
        id: 'audit.transcript',
        keys: ['enter', 't'],
        title: say(phrase('run.transcript')),
        isInFooter: true,
        ...(run === undefined ? {disabledReason: say(phrase('audit.noRun'))} : {}),
        run: () => run !== undefined && goInto({kind: 'transcript', run: handleOf(run)}),
      },
      ...this.#list.bindings(),
    ];
  }

  render(size: BodySize): ReactNode {
    return this.#list.render(size);
  }

  refresh(): boolean {
    const desk = this.#context.session.desk();
    if (desk === undefined) return false;
    const now = desk
      .runs()
      .map(({meta, status}) => `${meta.uid}/${status.log.head}/${status.phase}`)
      .join(' ');
    if (now === this.#readAt) return false;
    this.#readAt = now;
    desk.audit(entriesMax).then(
      entries =>
        this.#take(
          entries.map((entry, at) => ({entry, key: `${entry.at}/${entry.runUid}/${entries.length - at}`})),
          undefined,
        ),
      (error: unknown) => this.#take(this.#rows, error instanceof Error ? error.message : String(error)),
    );
    return false;
  }

  dispose(): void {
    this.#isClosed = true;
  }

  #take(rows: readonly Row[], trouble: string | undefined): void {
    this.#rows = rows;
    this.#trouble = trouble;
    if (!this.#isClosed) this.#context.draw();
  }
}
