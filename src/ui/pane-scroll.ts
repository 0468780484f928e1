/** A pane's place among lines that are made anew all the time, and the keys that move it. */
import {movePane, type PaneLine, type PaneMove, type PaneSize, paneAtTop, rebasePane, type TextPaneState} from './text-pane-state.ts';

export class PaneScroll {
  state: TextPaneState = paneAtTop;
  lines: readonly PaneLine[] = [];
  #size: PaneSize = {width: 80, height: 20};

  /** What is drawn from now on; the line on top stays there where it still exists. */
  show(lines: readonly PaneLine[], size: PaneSize): void {
    this.state = rebasePane(this.state, this.lines, lines, size.height);
    this.lines = lines;
    this.#size = size;
  }

  move(to: PaneMove): void {
    this.state = movePane(this.state, to, this.lines, this.#size);
  }

  toTop(): void {
    this.state = paneAtTop;
    this.lines = [];
  }

  /** The last line is in sight. */
  isAtEnd(): boolean {
    return this.state.top + this.#size.height >= this.lines.length;
  }
}
