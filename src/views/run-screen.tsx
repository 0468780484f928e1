/** One run: where it stands, what it waits for, and what a person may do about it. Leaving the screen leaves the run running. */
import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Run} from '../domain/run.ts';
import type {RecordedStep} from '../domain/run-desk.ts';
import {takeBackOf} from '../domain/take-back.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {handedOverWords} from './carrier-lines.ts';
import type {View} from './define-view.ts';
import {LiveRun} from './live-run.ts';
import {clockTime} from './log-lines.ts';
import type {RunPlace, RunTab} from './navigation.ts';
import {paneBindings} from './pane-bindings.ts';
import {type Asking, AskingLines, askFor, askingHead, enterAsking, pasteAsking, pressAsking} from './run-asking.tsx';
import {RunBody} from './run-body.tsx';
import {carryOut, interruptChoices, type RunChoice} from './run-choices.ts';
import {phaseLook} from './run-look.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';
import {withoutKeys} from './start-action.ts';

const tabTitles: Readonly<Record<RunTab, Phrase>> = {
  progress: phrase('run.progress'),
  picture: phrase('run.picture'),
  log: phrase('run.log'),
};

export class RunScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #live: LiveRun;
  readonly #body: RunBody;
  #tab: RunTab;
  #asking: Asking | undefined;
  /** Ctrl-C was pressed: what then, is asked. */
  #isInterrupted = false;
  #refusal: string | undefined;
  #isWorking = false;
  #isClosed = false;

  constructor(context: ScreenContext, place: RunPlace, views: readonly View<unknown>[]) {
    this.#context = context;
    this.#live = new LiveRun(context, place.run);
    this.#body = new RunBody(context, this.#live, views);
    this.#tab = place.tab;
    this.refresh();
  }

  place(): RunPlace {
    return {kind: 'run', run: this.#live.handle, tab: this.#tab};
  }

  summary(): Summary {
    const {say, theme} = this.#context;
    const run = this.#live.run();
    if (run === undefined) return {left: [{text: this.#live.handle.name, tone: 'title', isBold: true}], right: []};
    const {glyph, tone} = phaseLook(run.status.phase, theme.glyphs);
    const reversible = this.#reversible(run);
    const target = run.spec.parameters.target;
    return {
      left: [
        {text: run.spec.runbook.name, tone: 'title', isBold: true},
        {text: `  ${typeof target === 'string' ? target : ''}`, tone: 'accent', isBold: true, isKept: true},
      ],
      right: [
        ...(reversible === undefined
          ? []
          : [
              {
                text: `  ${say(reversible ? phrase('run.reversible') : phrase('run.notReversible'))}  `,
                tone: reversible ? ('dim' as const) : ('waiting' as const),
                priority: 2,
              },
            ]),
        {text: `${glyph} ${run.status.phase} ${run.status.progress}`, tone, isBold: true},
      ],
    };
  }

  banners(): readonly Banner[] {
    return this.#refusal === undefined ? [] : [{text: this.#refusal, tone: 'broken'}];
  }

  bindings(): readonly Binding[] {
    const {say, goUp, goInto} = this.#context;
    const run = this.#live.run();
    const group = say(phrase('group.run'));
    const shell = this.#body.shell();
    if (shell !== undefined) return shell.bindings();
    if (this.#asking !== undefined) {
      return [
        {id: 'run.agree', keys: ['enter'], title: say(this.#asking.choice.title), isInFooter: true, group, run: () => this.#enter()},
        ...paneBindings('run', this.#body.scroll, say, false),
        {
          id: 'run.stop-asking',
          keys: ['esc'],
          title: say(phrase('key.leave')),
          isInFooter: true,
          group,
          run: () => this.#stopAsking(),
        },
      ];
    }
    if (this.#isInterrupted) return this.#interruptBindings(run, group);
    const own: readonly Binding[] = [
      ...(run === undefined ? [] : this.#live.choices(run).map(choice => this.#choiceBinding(run, choice, group))),
      ...this.#body.bindings(),
      {
        id: 'run.tab',
        keys: ['tab'],
        title: say(tabTitles[this.#nextTab()]),
        isInFooter: true,
        group,
        run: () => this.#turn(),
      },
      {
        id: 'run.transcript',
        keys: ['t'],
        title: say(phrase('run.transcript')),
        isInFooter: true,
        group,
        run: () => goInto({kind: 'transcript', run: this.#live.handle}),
      },
      ...(run === undefined || isFinished(run)
        ? []
        : [
            {
              id: 'run.interrupt',
              keys: ['ctrl-c'],
              title: say(phrase('run.interrupt')),
              isInFooter: true,
              group,
              run: () => this.#interrupt(),
            },
          ]),
    ];
    return [
      ...own,
      ...withoutKeys(paneBindings('run', this.#body.scroll, say), own),
      {id: 'run.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: goUp},
    ];
  }

  /** Only while something is typed. */
  get takesKey(): ((key: Key) => boolean) | undefined {
    const shell = this.#body.shell();
    if (shell !== undefined) return key => shell.press(key);
    const asking = this.#asking;
    if (asking === undefined) return undefined;
    return key => {
      const next = pressAsking(asking, key);
      this.#asking = next ?? asking;
      return next !== undefined;
    };
  }

  takesPaste(text: string): void {
    if (this.#asking === undefined) this.#body.shell()?.paste(text);
    else this.#asking = pasteAsking(this.#asking, text);
  }

  render({width, height}: BodySize): ReactNode {
    const {say} = this.#context;
    const run = this.#live.run();
    if (run === undefined) {
      const words = this.#live.desk() === undefined ? phrase('run.noDesk') : phrase('run.gone', this.#live.handle.name);
      return <Text wrap="truncate">{` ${say(words)}`}</Text>;
    }
    const asking = this.#asking;
    const head = asking === undefined ? [] : askingHead(asking, run, this.#live.transcript?.steps, this.#context, width);
    const room = Math.max(1, height - head.length - (asking === undefined ? 0 : 1));
    const shown = {run, tab: this.#tab, isInterrupted: this.#isInterrupted};
    return (
      <Box flexDirection="column" width={width} height={height}>
        {this.#body.render(shown, {width, height: room})}
        {asking === undefined ? null : <AskingLines context={this.#context} asking={asking} head={head} width={width} />}
      </Box>
    );
  }

  refresh(): boolean {
    this.#live.refresh();
    const run = this.#live.run();
    this.#body.follow(run);
    return run !== undefined && !isFinished(run);
  }

  dispose(): void {
    this.#isClosed = true;
    this.#live.close();
    this.#body.close();
  }

  /** undefined where nothing was done yet that anybody would want back, or the plan cannot be read. */
  #reversible(run: Run): boolean | undefined {
    const steps = this.#live.transcript?.steps;
    const planned = (id: string): RecordedStep | undefined => steps?.find(step => step.id === id);
    const acted = run.status.steps.filter(({id, intent}) => intent !== undefined && planned(id)?.isHarmless !== true);
    if (steps === undefined || acted.length === 0) return undefined;
    if (isFinished(run)) return takeBackOf(run, steps).kind === 'steps';
    return acted.every(({id}) => planned(id)?.isUndoable === true);
  }

  #interruptBindings(run: Run | undefined, group: string): readonly Binding[] {
    const {say, quit} = this.#context;
    const keepGoing = (): void => {
      this.#isInterrupted = false;
    };
    return [
      ...(run === undefined ? [] : interruptChoices(run).map(choice => this.#choiceBinding(run, choice, group))),
      {id: 'run.keep-going', keys: ['esc', 'enter'], title: say(phrase('run.keepGoing')), isInFooter: true, group, run: keepGoing},
      {id: 'run.quit', keys: ['ctrl-c'], title: say(phrase('run.leaveDeckhand')), isInFooter: true, group, run: quit},
    ];
  }

  #choiceBinding(run: Run, choice: RunChoice, group: string): Binding {
    const {say} = this.#context;
    const reason = this.#isWorking ? phrase('run.working') : choice.disabledReason;
    return {
      id: `run.${choice.id}`,
      isConsent: true,
      keys: [choice.key],
      title: say(choice.title),
      isInFooter: true,
      group,
      ...(reason === undefined ? {} : {disabledReason: say(reason)}),
      run: () => this.#choose(run, choice),
    };
  }

  #choose(run: Run, choice: RunChoice): void {
    this.#isInterrupted = false;
    const {isProtected, context} = this.#context.session.facts();
    const asking = askFor(run, choice, isProtected ? context : undefined);
    if (asking === undefined) void this.#carryOut(run, choice, '');
    else this.#asking = asking;
  }

  #enter(): void {
    const run = this.#live.run();
    if (this.#asking === undefined || run === undefined) return;
    const next = enterAsking(this.#asking);
    if (next.kind === 'asking') this.#asking = next.asking;
    else {
      const {choice} = this.#asking;
      this.#asking = undefined;
      void this.#carryOut(run, choice, next.reason);
    }
  }

  async #carryOut(run: Run, {act}: RunChoice, said: string): Promise<void> {
    const {goInto, flash, draw, clock, say} = this.#context;
    const desk = this.#live.desk();
    if (desk === undefined || this.#isWorking) return;
    const reason = said === '' ? say(phrase('run.atTime', clockTime(new Date(clock.now()).toISOString()))) : said;
    this.#isWorking = true;
    this.#refusal = undefined;
    try {
      await carryOut(desk, this.#live.handle, act, reason);
      if (this.#isClosed) return;
      const {target, ...parameters} = run.spec.parameters;
      const draft = {runbook: run.spec.runbook.name, targets: typeof target === 'string' ? [target] : [], parameters};
      if (act.kind === 'again') goInto({kind: 'form', draft, texts: {}});
      if (act.kind === 'undo-run') goInto({kind: 'plan', draft: {...draft, undoOf: {name: run.meta.name, uid: run.meta.uid}}});
      if (act.kind === 'answer') this.#tellAnswered(desk.agreesAnew(run));
      if (act.kind === 'hand-over') flash(handedOverWords(run), 'accent');
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error);
    } finally {
      this.#isWorking = false;
      if (!this.#isClosed) draw();
    }
  }

  #tellAnswered(isUnproved: boolean): void {
    if (isUnproved) this.#context.flash(phrase('run.answeredUnproved'), 'waiting');
    else this.#context.flash(phrase('run.answered'), 'ok');
  }

  #stopAsking(): void {
    this.#asking = undefined;
  }

  #interrupt(): void {
    this.#isInterrupted = true;
    this.#body.scroll.toTop();
  }

  #nextTab(): RunTab {
    const tabs = this.#body.tabs();
    return tabs[(tabs.indexOf(this.#tab) + 1) % tabs.length] ?? tabs[0];
  }

  #turn(): void {
    this.#tab = this.#nextTab();
    this.#body.scroll.toTop();
    if (this.#tab === 'log') this.#body.scroll.move('end');
  }
}
