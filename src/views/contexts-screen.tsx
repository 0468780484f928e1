/** The contexts of the kubeconfig, to switch to another cluster at any time. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {layoutColumns} from '../ui/column-widths.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {Table, tableFrameColumns} from '../ui/table.tsx';
import {textWidth} from '../ui/width.ts';
import type {Place} from './navigation.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';
import type {ContextChoice} from './session.ts';

const titles = ['NAME', 'CLUSTER', 'USER', 'NAMESPACE', ''] as const;

export class ContextsScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #choices: readonly ContextChoice[];
  #cursor: number;

  constructor(context: ScreenContext, contexts: () => readonly ContextChoice[]) {
    this.#context = context;
    this.#choices = contexts();
    this.#cursor = Math.max(
      0,
      this.#choices.findIndex(choice => choice.name === context.session.facts().context),
    );
  }

  place(): Place {
    return {kind: 'contexts'};
  }

  summary(): Summary {
    return {
      left: [{text: this.#context.say(phrase('screen.contexts')), tone: 'title', isBold: true}, {text: ` ${this.#choices.length}`}],
      right: [],
    };
  }

  banners(): readonly Banner[] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say} = this.#context;
    const group = say(phrase('group.move'));
    return [
      {id: 'contexts.use', keys: ['enter'], title: say(phrase('key.use')), isInFooter: true, run: () => this.#use()},
      {id: 'contexts.down', keys: ['j', 'down'], title: say(phrase('key.down')), group, run: () => this.#move(1)},
      {id: 'contexts.up', keys: ['k', 'up'], title: say(phrase('key.up')), group, run: () => this.#move(-1)},
      {id: 'contexts.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: () => this.#context.goUp()},
    ];
  }

  render(size: BodySize): ReactNode {
    if (this.#choices.length === 0) return <Text> </Text>;
    const cells = this.#choices.map(choice => [
      choice.name,
      choice.cluster,
      choice.user,
      choice.namespace,
      choice.error === undefined ? '' : this.#context.say(choice.error),
    ]);
    const widths = titles.map((title, at) => cells.reduce((most, row) => Math.max(most, textWidth(row[at] ?? '')), title.length + 1));
    const offset = Math.max(0, this.#cursor - (size.height - 2));
    return (
      <Table
        theme={this.#context.theme}
        columns={titles.map(title => ({title}))}
        layout={layoutColumns(
          widths.map(width => ({min: Math.min(width, 16), ideal: width})),
          size.width - tableFrameColumns,
          0,
        )}
        rows={cells.slice(offset, offset + size.height - 1).map((row, at) => ({
          key: row[0] ?? '',
          cells: row.map((text, column) => ({text, tone: column === 4 ? 'broken' : 'plain'})),
          isSelected: offset + at === this.#cursor,
          isMarked: this.#choices[offset + at]?.name === this.#context.session.facts().context,
        }))}
        width={size.width}
        height={size.height}
      />
    );
  }

  refresh(): boolean {
    return false;
  }

  dispose(): void {}

  #move(by: number): void {
    this.#cursor = Math.min(Math.max(this.#cursor + by, 0), this.#choices.length - 1);
    this.#context.draw();
  }

  #use(): void {
    const choice = this.#choices[this.#cursor];
    if (choice === undefined) return;
    if (choice.error !== undefined)
      this.#context.flash(phrase('flash.contextFailed', choice.name, this.#context.say(choice.error)), 'broken');
    else this.#context.switchContext(choice.name);
  }
}
