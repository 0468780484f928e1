/** A small program on the real terminal module: a list, a cursor, a log of keys, and every way out that a program can take. */
import {type ReactNode, useEffect, useState} from 'react';
import {layoutColumns} from '../../../src/ui/column-widths.ts';
import type {TerminalEnd} from '../../../src/ui/process-watch.ts';
import {ScreenFrame} from '../../../src/ui/screen-frame.tsx';
import {Table, tableFrameColumns} from '../../../src/ui/table.tsx';
import {openTerminal, type Terminal} from '../../../src/ui/terminal.ts';
import {detectColorLevel, detectGlyphs, type Theme} from '../../../src/ui/theme.ts';

const theme: Theme = {level: detectColorLevel(process.env), glyphs: detectGlyphs(process.env)};
const names = Array.from({length: 100}, (_, index) => `object-${String(index).padStart(3, '0')}`);

const terminal = openTerminal({
  stdin: process.stdin,
  stdout: process.stdout,
  process,
  timers: {
    setTimer(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      timer.unref();
      return {cancel: () => clearTimeout(timer)};
    },
  },
  onEnd: report,
});
terminal.mount(<App terminal={terminal} />);

function report(end: TerminalEnd): void {
  const [said, code] = wordsOf(end);
  console.log(said);
  process.exit(code);
}

function wordsOf(end: TerminalEnd): [string, number] {
  switch (end.kind) {
    case 'closed':
      return ['farewell', 0];
    case 'signal':
      return [`ended by ${end.signal}`, 99];
    case 'error':
      return [`failed: ${end.error instanceof Error ? end.error.message : String(end.error)}`, 70];
  }
}

function App({terminal}: {terminal: Terminal}): ReactNode {
  const [size, setSize] = useState(terminal.size());
  const [cursor, setCursor] = useState(0);
  const [keyCount, setKeyCount] = useState(0);
  const [last, setLast] = useState('');
  const [isBroken, setBroken] = useState(false);
  useEffect(() => terminal.onResize(setSize), [terminal]);
  useEffect(() => terminal.onPaste(text => setLast(`pasted ${JSON.stringify(text)}`)), [terminal]);
  useEffect(
    () =>
      terminal.onKey(({name}) => {
        setKeyCount(count => count + 1);
        setLast(name);
        if (name === 'j') setCursor(at => Math.min(at + 1, names.length - 1));
        if (name === 'k') setCursor(at => Math.max(at - 1, 0));
        if (name === 'q' || name === 'ctrl-c') terminal.restore();
        if (name === 'T') throw new Error('thrown on purpose');
        if (name === 'R') void Promise.reject(new Error('rejected on purpose'));
        if (name === 'B') setBroken(true);
        if (name === 'X') process.exit(5);
        if (name === 'y') setLast('ACTION');
        if (name === 'E') void terminal.suspend(otherProgram);
        if (name === 'P') terminal.writeControl('\u001B]9;4;1;50\u0007');
      }),
    [terminal],
  );
  if (isBroken) throw new Error('broken while drawing');
  return (
    <ScreenFrame
      theme={theme}
      columns={size.columns}
      rows={size.rows}
      header={[
        {
          left: [
            {text: ' fixture', isBold: true},
            {text: `  ${size.columns}×${size.rows}`, tone: 'dim'},
          ],
          right: [{text: `pid ${process.pid} `, priority: 1}],
        },
        {left: [{text: ` keys ${keyCount}`}, {text: `  last ${last}`}], right: []},
      ]}
      banners={[]}
      footer={[{keys: 'q', title: 'quit'}]}
      tooSmall={`needs 40×10, has ${size.columns}×${size.rows}`}
    >
      {({width, height}) => {
        const first = Math.max(0, Math.min(cursor - Math.floor(height / 2), names.length - (height - 1)));
        const layout = layoutColumns(
          [
            {min: 20, ideal: 40},
            {min: 10, ideal: 100},
          ],
          width - tableFrameColumns,
          0,
        );
        const rows = names.slice(first, first + height - 1).map((name, index) => ({
          key: name,
          cells: [{text: name}, {text: 'a long reason that fills the line '.repeat(3), tone: 'waiting' as const}],
          isSelected: first + index === cursor,
        }));
        return (
          <Table theme={theme} columns={[{title: 'NAME'}, {title: 'REASON'}]} layout={layout} rows={rows} width={width} height={height} />
        );
      }}
    </ScreenFrame>
  );
}

/** Stands for an editor: writes on the terminal, reads a line from it, ends. */
function otherProgram(): Promise<void> {
  process.stdout.write('other program, press enter\n');
  return new Promise(resolve => {
    process.stdin.once('data', chunk => {
      process.stdout.write(`other program got ${JSON.stringify(String(chunk))}\n`);
      process.stdin.pause();
      resolve();
    });
    process.stdin.resume();
  });
}
