/** `:needs`, "Needs you": one list of what waits for a person, each with the key that gives it. */
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {targetText} from '../domain/run.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import type {View} from './define-view.ts';
import {ItemList} from './item-list.tsx';
import type {RunListPlace} from './navigation.ts';
import {type Need, Needs} from './needs.ts';
import {phaseLook} from './run-look.ts';
import {handleOf} from './runs-screen.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';
import {actionBindings} from './start-action.ts';

export class NeedsScreen implements Screen {
  readonly filter: FilterTarget;
  readonly #context: ScreenContext;
  readonly #needs: Needs;
  readonly #list: ItemList<Need>;

  constructor(context: ScreenContext, place: RunListPlace, views: readonly View<unknown>[]) {
    this.#context = context;
    const {say, theme} = context;
    this.#needs = new Needs(context, views);
    this.#list = new ItemList<Need>(
      {
        context,
        id: 'needs',
        columns: [
          {
            title: 'NAME',
            widthMin: 28,
            widthMax: 40,
            cell: need => ({text: need.kind === 'run' ? targetText(need.run.spec) : need.row.name}),
          },
          {
            title: 'KIND',
            widthMax: 28,
            priority: 1,
            cell: need => ({text: need.kind === 'run' ? need.run.spec.runbook.name : need.resource.kind, tone: 'dim'}),
          },
          {title: 'KEY', cell: need => ({text: need.kind === 'run' ? 'enter' : (need.action.keys[0] ?? ''), tone: 'accent'})},
          {
            title: 'WAITS FOR',
            widthMax: 120,
            widthMin: 36,
            cell: need => {
              const {glyph, tone} =
                need.kind === 'run'
                  ? phaseLook(need.run.status.phase, theme.glyphs)
                  : {glyph: theme.glyphs.verdict.waiting, tone: 'waiting' as const};
              return {text: `${glyph} ${say(need.reason)}`, tone: isForOthers(need) ? 'dim' : tone};
            },
          },
        ],
        whenEmpty: () =>
          say(this.#needs.isSettled() && context.session.desk() !== undefined ? phrase('needs.none') : phrase('needs.reading')),
        items: () => this.#needs.list(),
        keyOf: ({key}) => key,
      },
      place.filter,
    );
    this.filter = this.#list.filter;
  }

  place(): RunListPlace {
    return {kind: 'needs', filter: this.filter.text()};
  }

  summary(): Summary {
    const {say} = this.#context;
    const filter = this.filter.text();
    const list = this.#needs.list();
    const others = list.filter(isForOthers).length;
    return {
      left: [
        {text: say(phrase('screen.needs')), tone: 'title', isBold: true},
        {text: ` ${list.length - others}`},
        ...(others === 0 ? [] : [{text: `  ${say(phrase('needs.others', others))}`, tone: 'dim' as const}]),
      ],
      right: filter === '' ? [] : [{text: `/${filter}`, tone: 'accent'}],
    };
  }

  banners(): readonly Banner[] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say, goInto} = this.#context;
    const need = this.#list.current();
    const own: readonly Binding[] = need?.kind === 'object' ? this.#objectBindings(need) : [];
    const [action] = own;
    return [
      ...own,
      {
        id: 'needs.open',
        keys: ['enter'],
        title: action?.title ?? say(phrase('key.open')),
        isInFooter: action === undefined,
        ...(need === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {}),
        ...(action?.disabledReason === undefined ? {} : {disabledReason: action.disabledReason}),
        run: () => (need?.kind === 'run' ? goInto({kind: 'run', run: handleOf(need.run), tab: 'progress'}) : action?.run()),
      },
      ...this.#list.bindings(),
    ];
  }

  render(size: BodySize): ReactNode {
    return this.#list.render(size);
  }

  refresh(now: number): boolean {
    return this.#needs.refresh(now);
  }

  dispose(): void {
    this.#needs.close();
  }

  #objectBindings({resource, action, row, seen}: Extract<Need, {kind: 'object'}>): readonly Binding[] {
    const main = {...action, isMain: true};
    return actionBindings({context: this.#context, resource, actions: [main], row, marked: [], seen});
  }
}

function isForOthers(need: Need): boolean {
  return need.kind === 'run' && need.isForOthers;
}
