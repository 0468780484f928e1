/** Text broken into lines at spaces, by the columns that terminals count; a word that is wider than a line is cut. */
import {cutColumns, textWidth, visibleText} from './width.ts';

/** At least one line; line breaks of the text itself are kept. */
export function wrapText(text: string, width: number): string[] {
  const room = Math.max(1, width);
  return text.split('\n').flatMap(paragraph => wrapParagraph(visibleText(paragraph), room));
}

function wrapParagraph(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  let isEmpty = true;
  // Runs of spaces within a line are somebody's columns.
  for (const word of text.split(' ')) {
    const longer = isEmpty ? word : `${line} ${word}`;
    if (textWidth(longer) <= room) {
      line = longer;
      isEmpty = false;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    line = word;
    isEmpty = word === '';
    while (textWidth(line) > room) {
      const head = cutColumns(line, 0, room).trimEnd();
      lines.push(head);
      line = line.slice(Math.max(1, head.length));
    }
  }
  return [...lines, line];
}
