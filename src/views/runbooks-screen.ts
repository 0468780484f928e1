/** `:runbooks`: everything that can be started, with its group and its risk; Enter opens the form. */
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import type {RunbookEntry} from '../domain/run-desk.ts';
import type {Binding} from '../ui/keymap.ts';
import type {BodySize} from '../ui/screen-frame.tsx';
import {ItemList} from './item-list.tsx';
import type {RunListPlace} from './navigation.ts';
import {riskLook, riskPhrase, wordsPhrase} from './run-look.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';

export class RunbooksScreen implements Screen {
  readonly filter: FilterTarget;
  readonly #context: ScreenContext;
  readonly #list: ItemList<RunbookEntry>;

  constructor(context: ScreenContext, place: RunListPlace) {
    this.#context = context;
    const {say, theme} = context;
    this.#list = new ItemList<RunbookEntry>(
      {
        context,
        id: 'runbooks',
        columns: [
          {title: 'NAME', widthMin: 30, widthMax: 36, cell: ({name}) => ({text: name})},
          {title: 'GROUP', priority: 2, cell: ({group}) => ({text: group, tone: 'dim'})},
          {
            title: 'RISK',
            cell: ({risk}) => {
              const {glyph, tone} = riskLook(risk, theme.glyphs);
              return {text: `${glyph} ${say(riskPhrase(risk))}`, tone};
            },
          },
          {title: 'TITLE', widthMin: 30, widthMax: 70, priority: 1, cell: ({words}) => ({text: say(wordsPhrase(words.title))})},
        ],
        whenEmpty: () => say(context.session.desk() === undefined ? phrase('run.noDesk') : phrase('runbooks.none')),
        items: () => context.session.desk()?.catalogue() ?? [],
        keyOf: ({name}) => name,
      },
      place.filter,
    );
    this.filter = this.#list.filter;
  }

  place(): RunListPlace {
    return {kind: 'runbooks', filter: this.filter.text()};
  }

  summary(): Summary {
    const {shown, all} = this.filter.counts();
    const filter = this.filter.text();
    return {
      left: [{text: this.#context.say(phrase('screen.runbooks')), tone: 'title', isBold: true}, {text: ` ${shown}`}],
      right: filter === '' ? [] : [{text: `/${filter}  ${shown}/${all}`, tone: 'accent'}],
    };
  }

  banners(): readonly [] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say} = this.#context;
    const current = this.#list.current();
    return [
      {
        id: 'runbooks.open',
        keys: ['enter'],
        title: say(phrase('runbooks.start')),
        isInFooter: true,
        ...(current === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {}),
        run: () => current !== undefined && this.#open(current),
      },
      ...this.#list.bindings(),
    ];
  }

  render(size: BodySize): ReactNode {
    return this.#list.render(size);
  }

  refresh(): boolean {
    return false;
  }

  dispose(): void {}

  #open({name}: RunbookEntry): void {
    this.#context.goInto({kind: 'form', draft: {runbook: name, targets: [], parameters: {}}, texts: {}});
  }
}
