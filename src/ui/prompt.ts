/** A one-line text entry: text, cursor, history, and a suggestion shown behind the cursor. Pure. */

export type PromptState = {
  readonly text: string;
  /** In UTF-16 units, always between graphemes. */
  readonly cursor: number;
  /** Newest last, at most 20. */
  readonly history: readonly string[];
  /** Position while walking through the history; `history.length` when not. */
  readonly historyAt: number;
  /** What had been typed before the walk through the history began. */
  readonly draft: string;
};
