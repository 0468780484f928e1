/** The picture of what a run changes, where the view of its target's kind has one; with the keys of the pod at hand. */
import {phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Run} from '../domain/run.ts';
import type {Binding} from '../ui/keymap.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {View} from './define-view.ts';
import {LivePicture} from './live-picture.ts';
import type {PictureTarget} from './picture.ts';
import type {LineMaker} from './plan-lines.ts';
import type {ScreenContext} from './screen.ts';

export class RunPicture {
  readonly #context: ScreenContext;
  readonly #views: readonly View<unknown>[];
  #picture: LivePicture | undefined;

  constructor(context: ScreenContext, views: readonly View<unknown>[]) {
    this.#context = context;
    this.#views = views.filter(({picture}) => picture !== undefined);
  }

  /** Of a run that has ended long ago it would show what is there now, and not what the run did. */
  follow(run: Run | undefined): void {
    if (this.#picture === undefined && run !== undefined && !isFinished(run)) this.#picture = this.#open(run);
    this.#picture?.refresh();
  }

  isThere(): boolean {
    return this.#picture !== undefined;
  }

  lines(maker: LineMaker): readonly PaneLine[] {
    return this.#picture?.lines(maker) ?? [];
  }

  bindings(): readonly Binding[] {
    const {say, goInto, session} = this.#context;
    const pod = this.#picture?.pod();
    if (pod === undefined) return [];
    const {readOnly} = session.facts();
    const off = readOnly === undefined ? {} : {disabledReason: say(phrase('gate.off', readOnly))};
    const group = say(phrase('group.pod'));
    return [
      {
        id: 'run.member-shell',
        keys: ['S'],
        title: say(phrase('run.shellIn', pod.name)),
        isInFooter: true,
        group,
        ...off,
        run: () => goInto({kind: 'pod-choice', resource: 'pods', purpose: 'shell', ...pod}),
      },
      {id: 'run.next-member', keys: ['m'], title: say(phrase('run.nextPod')), group, run: () => this.#picture?.turn()},
    ];
  }

  close(): void {
    this.#picture?.close();
  }

  #open({spec}: Run): LivePicture | undefined {
    const {session} = this.#context;
    const kind = session
      .desk()
      ?.catalogue()
      .find(({name}) => name === spec.runbook.name)?.target;
    const view = kind && this.#views.find(({resource}) => resource.group === kind.group && resource.plural === kind.plural);
    const target = targetOf(spec.parameters.target);
    return view?.picture === undefined || target === undefined ? undefined : new LivePicture(this.#context, view.picture, target);
  }
}

/** `namespace/name`, or the name of what has no namespace. */
function targetOf(target: unknown): PictureTarget | undefined {
  if (typeof target !== 'string' || target === '') return undefined;
  const [namespace = '', name] = target.split('/');
  return name === undefined ? {namespace: '', name: namespace} : {namespace, name};
}
