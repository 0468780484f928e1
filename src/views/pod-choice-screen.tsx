/** Which container, or which port, of a pod is meant; where there is only one nobody is asked. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {type PodPart, podParts} from '../domain/pod-parts.ts';
import type {Resource} from '../domain/resource.ts';
import {layoutColumns} from '../ui/column-widths.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {Table, tableFrameColumns} from '../ui/table.tsx';
import {textWidth} from '../ui/width.ts';
import type {PodChoicePlace} from './navigation.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';
import {SingleObject} from './single-object.ts';

export class PodChoiceScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: PodChoicePlace;
  readonly #object: SingleObject;
  #parts: readonly PodPart[] = [];
  #cursor = 0;
  #isCursorSet = false;
  /** A choice among one is made once: it may fail, and must not be made again by itself. */
  #hasChosen = false;
  #isOpen = true;

  constructor(context: ScreenContext, place: PodChoicePlace, resource: Resource) {
    this.#context = context;
    this.#place = place;
    this.#object = new SingleObject(context, resource, place.namespace, place.name);
    // What was looked at lately is there at once, and nothing tells of it.
    context.clock.setTimer(0, () => this.refresh() && context.draw());
  }

  place(): PodChoicePlace {
    return this.#place;
  }

  summary(): Summary {
    const {namespace, name, purpose} = this.#place;
    return {
      left: [
        {text: `${namespace}/${name}`, tone: 'title', isBold: true},
        {text: `  ${this.#context.say(phrase(`pod.choose.${purpose}`))}`},
      ],
      right: [],
    };
  }

  banners(): readonly Banner[] {
    return this.#object.banners();
  }

  bindings(): readonly Binding[] {
    const {say, goUp} = this.#context;
    const group = say(phrase('group.move'));
    const none = this.#parts.length === 0 ? {disabledReason: say(phrase('key.nothingSelected'))} : {};
    return [
      {id: 'pod.choose', keys: ['enter'], title: say(phrase('key.open')), isInFooter: true, ...none, run: () => this.#choose(this.#cursor)},
      {id: 'pod.down', keys: ['j', 'down'], title: say(phrase('key.down')), group, run: () => this.#move(1)},
      {id: 'pod.up', keys: ['k', 'up'], title: say(phrase('key.up')), group, run: () => this.#move(-1)},
      {id: 'pod.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: goUp},
    ];
  }

  render(size: BodySize): ReactNode {
    const {say, theme} = this.#context;
    if (this.#parts.length === 0) {
      const isKnown = this.#object.current() !== undefined;
      return <Text>{isKnown ? ` ${say(phrase(`pod.nothing.${this.#place.purpose}`))}` : ' '}</Text>;
    }
    const cells = this.#parts.map(({name, note}) => [name, note]);
    const widths = [0, 1].map(at => cells.reduce((most, row) => Math.max(most, textWidth(row[at] ?? '')), 10));
    return (
      <Table
        theme={theme}
        columns={[{title: this.#place.purpose === 'ports' ? 'PORT' : 'CONTAINER'}, {title: 'STATE'}]}
        layout={layoutColumns(
          widths.map(width => ({min: Math.min(width, 20), ideal: width})),
          size.width - tableFrameColumns,
          0,
        )}
        rows={cells.slice(0, size.height - 1).map((row, at) => ({
          key: String(at),
          cells: row.map((text, column) => ({text, tone: column === 1 ? 'dim' : 'plain'})),
          isSelected: at === this.#cursor,
          isMarked: false,
        }))}
        width={size.width}
        height={size.height}
      />
    );
  }

  refresh(): boolean {
    const object = this.#isOpen ? this.#object.current() : undefined;
    if (object === undefined) return false;
    this.#parts = podParts(object, this.#place.purpose);
    if (!this.#isCursorSet)
      this.#cursor = Math.max(
        0,
        this.#parts.findIndex(part => part.isDefault),
      );
    this.#isCursorSet = true;
    this.#cursor = Math.min(this.#cursor, Math.max(0, this.#parts.length - 1));
    if (this.#parts.length === 1 && !this.#hasChosen) this.#choose(0);
    return true;
  }

  /** A key pressed at once is meant for what will stand here. */
  awaits(): 'rows' | undefined {
    return this.#object.current() === undefined && this.#object.status().state === 'syncing' ? 'rows' : undefined;
  }

  dispose(): void {
    this.#isOpen = false;
    this.#object.release();
  }

  #move(by: number): void {
    this.#cursor = Math.min(Math.max(this.#cursor + by, 0), Math.max(0, this.#parts.length - 1));
    this.#context.draw();
  }

  #choose(at: number): void {
    const part = this.#parts[at];
    if (part === undefined) return;
    this.#hasChosen = true;
    this.#context.openPodPart(this.#place, part);
  }
}
