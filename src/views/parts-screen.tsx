/** The parts of one object that Enter opens, such as a pod's containers: a small table, kept live. */
import type {ReactNode} from 'react';
import {UnreadableField} from '../domain/fields.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {type StaticCell, StaticTable, staticTableHeight} from '../ui/static-table.tsx';
import {cellText} from './columns.ts';
import type {Parts, Seen} from './define-view.ts';
import type {PartsPlace} from './navigation.ts';
import {podBindings} from './pod-bindings.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';
import {SingleObject} from './single-object.ts';
import {verdictText} from './verdict-text.ts';

export class PartsScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: PartsPlace;
  readonly #parts: Parts;
  readonly #object: SingleObject;
  #rows: readonly (readonly StaticCell[])[] = [];
  #error: Phrase | undefined;
  #offset = 0;

  constructor(context: ScreenContext, place: PartsPlace, resource: Resource, parts: Parts) {
    this.#context = context;
    this.#place = place;
    this.#parts = parts;
    this.#object = new SingleObject(context, resource, place.namespace, place.name);
    this.refresh(context.clock.now());
  }

  place(): PartsPlace {
    return this.#place;
  }

  summary(): Summary {
    const {name, namespace} = this.#place;
    return {
      left: [
        {text: namespace === undefined ? name : `${namespace}/${name}`, tone: 'title', isBold: true},
        {text: ` ${this.#parts.name} ${this.#rows.length}`},
      ],
      right: [],
    };
  }

  banners(): readonly Banner[] {
    const error: readonly Banner[] = this.#error === undefined ? [] : [{text: this.#context.say(this.#error), tone: 'broken'}];
    return [...this.#object.banners(), ...error];
  }

  bindings(): readonly Binding[] {
    const {say} = this.#context;
    const group = say(phrase('group.move'));
    const {resource, namespace, name} = this.#place;
    const ofPod = resource === 'pods' && namespace !== undefined ? podBindings(this.#context, {namespace, name}) : [];
    return [
      ...ofPod,
      {
        id: 'parts.page',
        keys: ['d', 'y'],
        title: say(phrase('key.page')),
        isInFooter: true,
        group: say(phrase('group.page')),
        run: () => this.#context.goInto({kind: 'object', resource, namespace, name, tab: 'yaml'}),
      },
      {id: 'parts.down', keys: ['j', 'down'], title: say(phrase('key.down')), group, run: () => this.#scroll(1)},
      {id: 'parts.up', keys: ['k', 'up'], title: say(phrase('key.up')), group, run: () => this.#scroll(-1)},
      {id: 'parts.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: () => this.#context.goUp()},
    ];
  }

  render(size: BodySize): ReactNode {
    const fitting = Math.max(1, Math.floor((size.height - staticTableHeight(0)) / (staticTableHeight(1) - staticTableHeight(0))));
    this.#offset = Math.max(0, Math.min(this.#offset, this.#rows.length - fitting));
    const titles = ['NAME', ...this.#parts.columns.map(column => column.title), 'VERDICT'];
    return (
      <StaticTable
        theme={this.#context.theme}
        titles={titles}
        rows={this.#rows.slice(this.#offset, this.#offset + fitting)}
        width={size.width}
      />
    );
  }

  refresh(now: number): boolean {
    const before = JSON.stringify(this.#rows);
    const object = this.#object.read();
    try {
      const parts = object === undefined ? [] : this.#parts.parts(object);
      this.#rows = parts.map(part => this.#row(part, {now, related: () => []}));
      this.#error = undefined;
    } catch (error) {
      if (!(error instanceof UnreadableField)) throw error;
      this.#error = phrase('verdict.unreadable', error.path, error.expected);
    }
    return before !== JSON.stringify(this.#rows);
  }

  dispose(): void {
    this.#object.release();
  }

  #row(part: unknown, seen: Seen): readonly StaticCell[] {
    const verdict = this.#parts.verdict(part, seen);
    return [
      {text: this.#parts.partName(part)},
      ...this.#parts.columns.map(
        (column): StaticCell => ({text: column.text?.(part, seen) ?? cellText(column.kind, column.value(part, seen), seen.now)}),
      ),
      {text: verdictText(verdict, seen.now, this.#context.theme.glyphs, this.#context.say), tone: verdict.word},
    ];
  }

  #scroll(by: number): void {
    this.#offset = Math.max(0, this.#offset + by);
    this.#context.draw();
  }
}
