/** The record of one run, readable a month later: who asked for what, what was planned, done and answered, and what it was before. */
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {transcriptText} from '../domain/run-transcript.ts';
import type {Binding} from '../ui/keymap.ts';
import {PaneScroll} from '../ui/pane-scroll.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {TextPane} from '../ui/text-pane.tsx';
import type {PaneLine} from '../ui/text-pane-state.ts';
import {visibleText} from '../ui/width.ts';
import {wrapText} from '../ui/wrap.ts';
import {LiveRun} from './live-run.ts';
import type {TranscriptPlace} from './navigation.ts';
import {paneBindings} from './pane-bindings.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';

export class TranscriptScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #live: LiveRun;
  readonly #scroll = new PaneScroll();

  constructor(context: ScreenContext, place: TranscriptPlace) {
    this.#context = context;
    this.#live = new LiveRun(context, place.run);
    this.refresh();
  }

  place(): TranscriptPlace {
    return {kind: 'transcript', run: this.#live.handle};
  }

  summary(): Summary {
    return {left: [{text: this.#context.say(phrase('run.transcript')), tone: 'title', isBold: true}], right: []};
  }

  banners(): readonly Banner[] {
    const {say} = this.#context;
    const {trouble, transcript} = this.#live;
    if (trouble !== undefined) return [{text: say(phrase('run.logTrouble', trouble)), tone: 'broken'}];
    return transcript?.brokenAt === undefined ? [] : [{text: say(phrase('run.logBroken', transcript.brokenAt)), tone: 'broken'}];
  }

  bindings(): readonly Binding[] {
    const {say, goUp} = this.#context;
    const group = say(phrase('group.run'));
    const {transcript} = this.#live;
    return [
      {
        id: 'transcript.export',
        keys: ['e'],
        title: say(phrase('transcript.export')),
        isInFooter: true,
        group,
        ...(transcript === undefined ? {disabledReason: say(phrase('transcript.reading'))} : {}),
        run: () => void this.#export(),
      },
      ...paneBindings('transcript', this.#scroll, say),
      {id: 'transcript.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: goUp},
    ];
  }

  render(size: BodySize): ReactNode {
    const isFollowed = this.#scroll.state.top > 0 && this.#scroll.isAtEnd();
    this.#scroll.show(this.#lines(size.width), size);
    if (isFollowed) this.#scroll.move('end');
    return (
      <TextPane theme={this.#context.theme} lines={this.#scroll.lines} state={this.#scroll.state} width={size.width} height={size.height} />
    );
  }

  refresh(): boolean {
    this.#live.refresh();
    return false;
  }

  dispose(): void {
    this.#live.close();
  }

  #lines(width: number): readonly PaneLine[] {
    const {transcript} = this.#live;
    if (transcript === undefined) return [{segments: [{text: this.#context.say(phrase('transcript.reading')), tone: 'busy'}]}];
    return transcriptText(transcript, visibleText)
      .split('\n')
      .flatMap(line =>
        wrapText(line, width - 3).map(
          (text, index): PaneLine => ({
            segments: [{text: index === 0 ? text : `    ${text}`, tone: line.startsWith('#') ? 'title' : 'plain'}],
          }),
        ),
      );
  }

  async #export(): Promise<void> {
    const {transcript} = this.#live;
    if (transcript === undefined) return;
    const {flash, draw, saveText} = this.#context;
    try {
      flash(phrase('transcript.saved', await saveText(`${this.#live.handle.name}.md`, transcriptText(transcript, visibleText))), 'ok');
    } catch (error) {
      flash(phrase('text', error instanceof Error ? error.message : String(error)), 'broken');
    }
    draw();
  }
}
