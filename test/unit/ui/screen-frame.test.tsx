import {Text} from 'ink';
import {render} from 'ink-testing-library';
import {describe, expect, test} from 'vitest';
import {HelpOverlay} from '../../../src/ui/help-overlay.tsx';
import type {BindingInForce} from '../../../src/ui/keymap.ts';
import {type BodySize, type Hint, ScreenFrame} from '../../../src/ui/screen-frame.tsx';
import {StaticTable, staticTableHeight} from '../../../src/ui/static-table.tsx';
import {type Theme, unicodeGlyphs} from '../../../src/ui/theme.ts';
import {openScreen} from '../../support/screen/in-process-screen.ts';

const theme: Theme = {level: '16', glyphs: unicodeGlyphs};
const footer: Hint[] = [
  {keys: 'enter', title: 'open', priority: 1},
  {keys: 'a', title: 'approve', priority: 2, isDisabled: true},
  {keys: '?', title: 'help', priority: 0},
];

async function framed(
  columns: number,
  rows: number,
  banners: {text: string; tone: 'broken'}[] = [],
): Promise<{lines: string[]; size: BodySize | undefined}> {
  const screen = openScreen({columns, rows});
  let size: BodySize | undefined;
  const lines = await screen.draw(
    <ScreenFrame
      theme={theme}
      columns={columns}
      rows={rows}
      header={[
        {
          left: [
            {text: ' deckhand', isBold: true},
            {text: '  prod-eu'},
            {text: ' · DKP 1.71.3', priority: 2},
            {text: ' · ivan', priority: 1},
          ],
          right: [{text: '● live 0.4 s '}],
        },
        {left: [{text: ' Modules 62'}], right: [{text: '8/62 '}]},
      ]}
      banners={banners}
      footer={footer}
      tooSmall={`needs 40×10, has ${columns}×${rows}`}
    >
      {given => {
        size = given;
        return <Text>body</Text>;
      }}
    </ScreenFrame>,
  );
  screen.terminal.restore();
  return {lines, size};
}

describe('ScreenFrame', () => {
  test('puts header, rule, body, banner and footer where they belong', async () => {
    const {lines, size} = await framed(60, 15, [{text: 'the API server is away', tone: 'broken'}]);
    expect(lines).toEqual([
      ' deckhand  prod-eu · DKP 1.71.3 · ivan         ● live 0.4 s',
      ' Modules 62                                            8/62',
      ` ${'─'.repeat(58)}`,
      'body',
      ...Array<string>(9).fill(''),
      ' the API server is away',
      ' enter open  a approve  ? help',
    ]);
    expect(size).toEqual({width: 60, height: 10});
  });

  test('leaves out what matters least where it is narrow', async () => {
    const {lines} = await framed(40, 10);
    expect(lines[0]).toBe(' deckhand  prod-eu · ivan  ● live 0.4 s');
    expect(lines).toHaveLength(10);
  });

  test.each([
    [39, 10],
    [40, 9],
    [12, 3],
  ])('says at %i×%i what is missing, and nothing else', async (columns, rows) => {
    const {lines, size} = await framed(columns, rows);
    expect(lines.join('').replaceAll(' ', '')).toBe(`needs40×10,has${columns}×${rows}`);
    expect(size).toBeUndefined();
  });
});

describe('HelpOverlay', () => {
  const bindings: BindingInForce[] = Array.from({length: 30}, (_, index) => ({
    keys: [`ctrl-${index}`],
    binding: {id: `b${index}`, keys: [], title: `does thing ${index}`, run: () => undefined, ...(index < 10 ? {group: 'Moving'} : {})},
  }));
  const help = (width: number, height: number, top = 0) => {
    const {lastFrame, unmount} = render(
      <HelpOverlay
        theme={{...theme, level: 'none'}}
        title="Keys"
        bindings={bindings}
        otherGroup="Other"
        top={top}
        width={width}
        height={height}
      />,
    );
    const lines = (lastFrame() ?? '').replaceAll(/\u001B\[[\d;]*m/g, '').split('\n');
    unmount();
    return lines.map(line => line.trimEnd());
  };

  test('fills columns from top to bottom', () => {
    const lines = help(80, 20);
    expect(lines.slice(0, 4)).toEqual(
      ['Keys', '', 'Moving                   ctrl-15  does thing 15', 'ctrl-0   does thing 0    ctrl-16  does thing 16'].map(line =>
        ` ${line}`.trimEnd(),
      ),
    );
    expect(lines.join('\n')).toContain('ctrl-29  does thing 29');
  });

  test('scrolls where the columns together are too tall, down to the last line', () => {
    const lines = help(40, 12, 999);
    expect(lines.slice(2).join('\n')).toContain('ctrl-29  does thing 29');
    expect(lines.length).toBeLessThanOrEqual(12);
  });
});

describe('StaticTable', () => {
  test('borders its cells, keeps wide characters in line and takes what the next rows are', async () => {
    const screen = openScreen({columns: 40, rows: 12});
    const table = (state: string) => (
      <StaticTable
        theme={theme}
        titles={['NAME', 'STATE']}
        rows={[
          [{text: 'узел'}, {text: state, tone: 'ok'}],
          [{text: '漢字\u202E'}, {text: 'waiting'}],
        ]}
        width={40}
      />
    );
    await screen.draw(table('running'));
    const lines = await screen.draw(table('stopped'));
    expect(lines.slice(0, staticTableHeight(2))).toEqual([
      '┌──────────────┬─────────┐',
      '│ NAME         │ STATE   │',
      '├──────────────┼─────────┤',
      '│ узел         │ stopped │',
      '├──────────────┼─────────┤',
      '│ 漢字⟨U+202E⟩ │ waiting │',
      '└──────────────┴─────────┘',
    ]);
    expect(screen.cell(17, 3).color).toBe(2);
    screen.terminal.restore();
  });

  test('narrows its widest column to the width it has', async () => {
    const screen = openScreen({columns: 40, rows: 12});
    const rows = [[{text: 'a'}, {text: 'a very long image name that does not fit'}]];
    const lines = await screen.draw(<StaticTable theme={theme} titles={['N', 'IMAGE']} rows={rows} width={20} />);
    expect(lines[3]).toBe('│ a │ a very long… │');
    screen.terminal.restore();
  });
});
