/** Stands where a table will be once the cluster has told what it serves, or says that the kind is not served. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner} from '../ui/screen-frame.tsx';
import type {Place, ResourcePlace} from './navigation.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';

export class PendingScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: ResourcePlace;

  constructor(context: ScreenContext, place: ResourcePlace) {
    this.#context = context;
    this.#place = place;
  }

  place(): Place {
    return this.#place;
  }

  summary(): Summary {
    return {left: [{text: this.#place.resource, tone: 'title', isBold: true}], right: []};
  }

  banners(): readonly Banner[] {
    const {session, say} = this.#context;
    switch (session.reachability().kind) {
      case 'connecting':
        return [{text: say(phrase('banner.connecting')), tone: 'dim'}];
      case 'here':
        return [{text: say(phrase('banner.absent', this.#place.resource)), tone: 'waiting'}];
      case 'away':
      case 'no-way':
      case 'needs-login':
        return [];
    }
  }

  bindings(): readonly Binding[] {
    return [{id: 'pending.back', keys: ['esc'], title: this.#context.say(phrase('key.leave')), run: () => this.#context.goUp()}];
  }

  render(): ReactNode {
    return <Text> </Text>;
  }

  refresh(): boolean {
    return true;
  }

  awaits(): 'kinds' | undefined {
    return this.#context.session.reachability().kind === 'connecting' ? 'kinds' : undefined;
  }

  dispose(): void {}
}
