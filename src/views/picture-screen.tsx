/** The picture of one object and of what belongs to it, with the keys of the pod at hand and the object's own actions. */
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import type {Run} from '../domain/run.ts';
import type {Binding} from '../ui/keymap.ts';
import {PaneScroll} from '../ui/pane-scroll.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {TextPane} from '../ui/text-pane.tsx';
import type {View} from './define-view.ts';
import {LivePicture} from './live-picture.ts';
import type {PicturePlace} from './navigation.ts';
import {runsOn, runsOnBindings, runsOnLines} from './object-runs.ts';
import {PageActions} from './page-actions.ts';
import {paneBindings} from './pane-bindings.ts';
import type {Picture} from './picture.ts';
import {podBindings} from './pod-bindings.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';
import {SingleObject} from './single-object.ts';
import {withoutKeys} from './start-action.ts';

export class PictureScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: PicturePlace;
  readonly #object: SingleObject;
  readonly #actions: PageActions;
  readonly #picture: LivePicture;
  readonly #resource: Resource;
  readonly #scroll = new PaneScroll();

  constructor(context: ScreenContext, place: PicturePlace, resource: Resource, view: View<unknown>, picture: Picture) {
    this.#context = context;
    this.#place = place;
    this.#resource = resource;
    this.#object = new SingleObject(context, resource, place.namespace, place.name);
    this.#actions = new PageActions(context, resource, view);
    this.#picture = new LivePicture(context, picture, {namespace: place.namespace ?? '', name: place.name});
  }

  place(): PicturePlace {
    return this.#place;
  }

  summary(): Summary {
    const {name, namespace} = this.#place;
    return {left: [{text: namespace === undefined ? name : `${namespace}/${name}`, tone: 'title', isBold: true}], right: []};
  }

  banners(): readonly Banner[] {
    return this.#object.banners();
  }

  bindings(): readonly Binding[] {
    const {say, goInto, goUp} = this.#context;
    const {resource, namespace, name} = this.#place;
    const group = say(phrase('group.move'));
    const actions = this.#actions.bindings(this.#object.current());
    const own: readonly Binding[] = [
      {id: 'picture.next', keys: ['j', 'down'], title: say(phrase('key.down')), group, run: () => this.#picture.move(1)},
      {id: 'picture.previous', keys: ['k', 'up'], title: say(phrase('key.up')), group, run: () => this.#picture.move(-1)},
      {
        id: 'picture.page',
        keys: ['d', 'y'],
        title: say(phrase('key.page')),
        isInFooter: true,
        group: say(phrase('group.page')),
        run: () => goInto({kind: 'object', resource, namespace, name, tab: 'yaml'}),
      },
      {id: 'picture.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: goUp},
    ];
    const pod = withoutKeys(podBindings(this.#context, this.#picture.pod()), actions);
    const before = [...runsOnBindings(this.#context, this.#runs()), ...actions, ...pod, ...own];
    return [...before, ...withoutKeys(paneBindings('picture', this.#scroll, say), before)];
  }

  render({width, height}: BodySize): ReactNode {
    const {theme, say} = this.#context;
    const maker = {theme, say, width};
    this.#scroll.show([...runsOnLines(this.#runs(), maker), ...this.#picture.lines(maker)], {width, height});
    return <TextPane theme={theme} lines={this.#scroll.lines} state={this.#scroll.state} width={width} height={height} />;
  }

  #runs(): readonly Run[] {
    const {namespace, name} = this.#place;
    return runsOn(this.#context, {resource: this.#resource, namespace, name});
  }

  /** Ages and lags go on by the clock alone. */
  refresh(): boolean {
    this.#object.read();
    this.#picture.refresh();
    return true;
  }

  awaits(): 'rows' | undefined {
    return this.#picture.isSettled() ? undefined : 'rows';
  }

  dispose(): void {
    this.#object.release();
    this.#picture.close();
  }
}
