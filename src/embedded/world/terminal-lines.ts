/** A terminal's line discipline: shows what is typed, takes back what is deleted, hands over whole lines. */

const keys = {interrupt: '\u0003', end: '\u0004', backspace: '\u0008', delete: '\u007f'} as const;

/** Ends at Ctrl-D on an empty line and at the end of the input. */
export async function* readTerminalLines(input: AsyncIterable<Uint8Array>, echo: (text: string) => Promise<void>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let line = '';
  for await (const bytes of input) {
    for (const key of decoder.decode(bytes, {stream: true})) {
      if (key === '\r' || key === '\n') {
        await echo('\r\n');
        yield line;
        line = '';
      } else if (key === keys.end && line === '') {
        return;
      } else if (key === keys.interrupt) {
        await echo('^C\r\n');
        yield '';
        line = '';
      } else if (key === keys.backspace || key === keys.delete) {
        if (line !== '') await echo('\b \b');
        line = [...line].slice(0, -1).join('');
      } else if (key >= ' ') {
        await echo(key);
        line += key;
      }
    }
  }
}
