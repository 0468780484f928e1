/** What is drawn of a run: its lines, beside them the picture of what it changes where there is room, below them the logs of the step at hand. */
import {Box} from 'ink';
import type {ReactNode} from 'react';
import type {Run} from '../domain/run.ts';
import type {Binding} from '../ui/keymap.ts';
import {PaneScroll} from '../ui/pane-scroll.ts';
import type {BodySize} from '../ui/screen-frame.tsx';
import {TextPane} from '../ui/text-pane.tsx';
import {paneAtTop} from '../ui/text-pane-state.ts';
import type {View} from './define-view.ts';
import type {LiveRun} from './live-run.ts';
import {logLines} from './log-lines.ts';
import type {RunTab} from './navigation.ts';
import type {LineMaker} from './plan-lines.ts';
import {interruptChoices} from './run-choices.ts';
import {choiceLines, type RunText, runLines} from './run-lines.ts';
import {RunPicture} from './run-picture.tsx';
import type {RunShell} from './run-shell.tsx';
import type {ScreenContext} from './screen.ts';
import {rowsFor, rowsKept, stepLogBindings, stepLogLines} from './step-log-lines.ts';
import {StepLogs} from './step-logs.ts';

export type RunShown = {
  readonly run: Run;
  readonly tab: RunTab;
  /** The person is asked what to do with a run that goes on. */
  readonly isInterrupted: boolean;
};

/** Narrower, the picture has a tab of its own. */
const besideWidthMin = 150;
/** What the run's own lines get before the picture gets more. */
const linesWidth = 100;
const pictureWidthMin = 72;
const pictureWidthMax = 96;

export class RunBody {
  readonly scroll = new PaneScroll();
  readonly #context: ScreenContext;
  readonly #live: LiveRun;
  readonly #logs: StepLogs;
  readonly #picture: RunPicture;
  /** As it was drawn last. */
  #width = 0;

  constructor(context: ScreenContext, live: LiveRun, views: readonly View<unknown>[]) {
    this.#context = context;
    this.#live = live;
    this.#logs = new StepLogs(context);
    this.#picture = new RunPicture(context, views);
  }

  /** Has the keys while somebody types into a shell beside the run. */
  shell(): RunShell | undefined {
    const {shell} = this.#picture;
    if (this.#width < besideWidthMin) shell.leave();
    return shell.typing() === undefined ? undefined : shell;
  }

  follow(run: Run | undefined): void {
    this.#logs.follow(run);
    this.#picture.follow(run);
  }

  tabs(): readonly [RunTab, ...RunTab[]] {
    return this.#picture.isThere() && this.#width < besideWidthMin ? ['progress', 'picture', 'log'] : ['progress', 'log'];
  }

  bindings(): readonly Binding[] {
    return [...stepLogBindings(this.#logs.tails(), this.#context), ...this.#picture.bindings(this.#width >= besideWidthMin)];
  }

  render(shown: RunShown, {width, height}: BodySize): ReactNode {
    const {theme, say} = this.#context;
    this.#measure(width);
    const isPicture = shown.tab === 'picture' && this.tabs().includes('picture');
    const hasPicture = this.#picture.isThere() && width >= besideWidthMin && shown.tab !== 'log' && !shown.isInterrupted;
    const pictureWidth = hasPicture ? Math.max(pictureWidthMin, Math.min(pictureWidthMax, width - linesWidth)) : 0;
    const maker = {theme, say, width};
    const beside = {theme, say, width: width - pictureWidth};
    const tails = shown.isInterrupted || shown.tab === 'log' ? [] : this.#logs.tails();
    const {lines, stepEnd} = isPicture
      ? {lines: this.#picture.lines(maker), stepEnd: 0}
      : this.#lines(shown, {...beside, room: height - rowsKept(tails, height, maker)});
    const logRows = rowsFor(tails, {height, lines: lines.length, stepEnd}, maker);
    const wasAtEnd = shown.tab === 'log' && this.scroll.isAtEnd();
    const paneHeight = height - logRows;
    this.scroll.show(lines, {width: beside.width, height: paneHeight});
    if (wasAtEnd) this.scroll.move('end');
    return (
      <>
        <Box width={width} height={paneHeight}>
          <TextPane theme={theme} lines={this.scroll.lines} state={this.scroll.state} width={beside.width} height={paneHeight} />
          {hasPicture ? this.#picture.renderBeside({width: pictureWidth, height: paneHeight}) : null}
        </Box>
        {logRows === 0 ? null : (
          <TextPane theme={theme} lines={stepLogLines(tails, logRows, maker)} state={paneAtTop} width={width} height={logRows} />
        )}
      </>
    );
  }

  close(): void {
    this.#logs.close();
    this.#picture.close();
  }

  /** The key that turns to the picture comes and goes with the width, which only a drawn frame knows. */
  #measure(width: number): void {
    const before = this.tabs().length;
    this.#width = width;
    const {clock, draw} = this.#context;
    if (this.tabs().length !== before) clock.setTimer(0, draw);
  }

  #lines({run, tab, isInterrupted}: RunShown, maker: LineMaker & {readonly room: number}): RunText {
    const live = this.#live;
    if (isInterrupted) return {lines: choiceLines(interruptChoices(run), maker), stepEnd: 0};
    if (tab === 'log') return {lines: logLines(live.transcript?.entries ?? [], maker), stepEnd: 0};
    return runLines(run, live, live.choices(run), this.#context.clock.now(), maker);
  }
}
