/** The picture of what a run changes, where the view of its target's kind has one; with a shell in the pod at hand below it. */
import {Box} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Run} from '../domain/run.ts';
import type {Binding} from '../ui/keymap.ts';
import type {BodySize} from '../ui/screen-frame.tsx';
import {TextPane} from '../ui/text-pane.tsx';
import {type PaneLine, paneAtTop} from '../ui/text-pane-state.ts';
import type {OpenTerminal} from './background.ts';
import type {View} from './define-view.ts';
import {LivePicture} from './live-picture.ts';
import type {PictureTarget} from './picture.ts';
import type {LineMaker} from './plan-lines.ts';
import {RunShell} from './run-shell.tsx';
import type {ScreenContext} from './screen.ts';

/** With less the shell tells too little. */
const shellRowsMin = 6;

export class RunPicture {
  readonly shell: RunShell;
  readonly #context: ScreenContext;
  readonly #views: readonly View<unknown>[];
  #picture: LivePicture | undefined;

  constructor(context: ScreenContext, views: readonly View<unknown>[]) {
    this.#context = context;
    this.shell = new RunShell(context);
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

  /** Beside the steps: the picture, and what a shell in one of its pods says. */
  renderBeside({width, height}: BodySize): ReactNode {
    const {theme, say} = this.#context;
    const lines = this.lines({theme, say, width});
    const left = height - lines.length - 1;
    const shell = left < shellRowsMin ? undefined : this.#shownShell();
    const rows = shell === undefined ? height : lines.length + 1;
    return (
      <Box flexDirection="column" width={width} height={height}>
        <TextPane theme={theme} lines={lines} state={paneAtTop} width={width} height={rows} />
        {shell === undefined ? null : this.shell.render(shell, {width, height: left})}
      </Box>
    );
  }

  /** `isBeside`: the shell that runs already stands beside the steps, and takes keys there. */
  bindings(isBeside: boolean): readonly Binding[] {
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
        run: () => {
          const running = this.shell.of(pod);
          if (running === undefined) goInto({kind: 'pod-choice', resource: 'pods', purpose: 'shell', ...pod});
          else if (isBeside) this.shell.type(running);
          else goInto({kind: 'terminal', id: running.id});
        },
      },
      {id: 'run.next-member', keys: ['m'], title: say(phrase('run.nextPod')), group, run: () => this.#picture?.turn()},
    ];
  }

  close(): void {
    this.#picture?.close();
  }

  /** The one that has the keys, that of the pod at hand, or that of any other pod. */
  #shownShell(): OpenTerminal | undefined {
    const picture = this.#picture;
    const pod = picture?.pod();
    const others = picture?.pods() ?? [];
    return (
      this.shell.typing() ??
      [...(pod === undefined ? [] : [pod]), ...others].map(each => this.shell.of(each)).find(terminal => terminal !== undefined)
    );
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
