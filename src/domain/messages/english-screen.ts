/** Titles, hints and sentences of the dashboard and the script face. */
export const englishScreen = {
  'screen.tooSmall': (columns: number, rows: number) => `deckhand needs 40×10, this terminal has ${columns}×${rows}`,
};
