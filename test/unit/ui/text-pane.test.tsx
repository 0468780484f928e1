import {describe, expect, test} from 'vitest';
import {TextPane} from '../../../src/ui/text-pane.tsx';
import {countMatches, movePane, nextMatch, type PaneLine, paneAtTop, rebasePane, searchPane} from '../../../src/ui/text-pane-state.ts';
import {type Theme, unicodeGlyphs} from '../../../src/ui/theme.ts';
import {openScreen} from '../../support/screen/in-process-screen.ts';

const theme: Theme = {level: '16', glyphs: unicodeGlyphs};
const size = {width: 20, height: 5};
const line = (text: string): PaneLine => ({segments: [{text}]});
const lines = Array.from({length: 20}, (_, index) => line(`line ${index}`));

describe('the pane', () => {
  test('scrolls by lines and pages, and not past its ends', () => {
    const down = movePane(paneAtTop, 'pagedown', lines, size);
    expect(down.top).toBe(4);
    expect(movePane(movePane(down, 'end', lines, size), 'down', lines, size).top).toBe(15);
    expect(movePane(paneAtTop, 'up', lines, size).top).toBe(0);
    expect(movePane(paneAtTop, 'down', lines.slice(0, 3), size).top).toBe(0);
  });

  test('scrolls sideways as far as the lines in sight are wide', () => {
    const wide = [line('x'.repeat(50))];
    const right = (times: number) =>
      Array.from({length: times}).reduce<typeof paneAtTop>(state => movePane(state, 'right', wide, size), paneAtTop);
    expect(right(1).left).toBe(8);
    expect(right(20).left).toBe(40);
    expect(movePane(right(20), 'line-start', wide, size).left).toBe(0);
    expect(movePane(paneAtTop, 'right', [line('short')], size).left).toBe(0);
  });

  test('keeps its top line in place when lines come and go', () => {
    const at = {...paneAtTop, top: 10};
    expect(rebasePane(at, lines, [line('new 1'), line('new 2'), ...lines], 5).top).toBe(12);
    expect(rebasePane(at, lines, lines.slice(3), 5).top).toBe(7);
    expect(rebasePane(at, lines, lines.slice(0, 6), 5).top).toBe(1);
    expect(rebasePane(at, lines, [], 5).top).toBe(0);
    expect(rebasePane(at, lines, [...lines], 5)).toBe(at);
  });

  test('steps from match to match, around the ends', () => {
    const found = searchPane(paneAtTop, 'LINE 1', lines, 5);
    expect(found).toMatchObject({match: 1, top: 0});
    expect(countMatches(lines, 'LINE 1')).toBe(11);
    const second = nextMatch(found, 1, lines, 5);
    expect(second).toMatchObject({match: 10, top: 10});
    const last = nextMatch(found, -1, lines, 5);
    expect(last).toMatchObject({match: 19, top: 15});
    expect(nextMatch(last, -1, lines, 5)).toMatchObject({match: 18, top: 15});
    expect(nextMatch(last, 1, lines, 5).match).toBe(1);
  });

  test('stays where it is when nothing is found', () => {
    expect(searchPane({...paneAtTop, top: 3}, 'nowhere', lines, 5)).toMatchObject({top: 3, match: undefined});
    expect(nextMatch(paneAtTop, 1, lines, 5)).toBe(paneAtTop);
  });

  test('searches for the characters themselves', () => {
    expect(countMatches([line('a.b axb')], 'a.b')).toBe(1);
  });
});

describe('TextPane', () => {
  const shown: PaneLine[] = [
    {segments: [{text: 'kind: ', tone: 'dim'}, {text: 'Module'}]},
    {
      segments: [
        {text: 'ready: ', tone: 'dim'},
        {text: 'true', tone: 'ok'},
      ],
      isMarked: true,
    },
    {segments: []},
    {segments: [{text: 'evil\u202E\u001B[2J 漢字漢字漢字'}]},
  ];

  test('draws tones, marks and matches, and cuts what is too wide', async () => {
    const screen = openScreen({columns: 20, rows: 6});
    const drawn = await screen.draw(<TextPane theme={theme} lines={shown} state={{...paneAtTop, search: 'mod'}} width={20} height={4} />);
    expect(drawn.slice(0, 4)).toEqual(['  kind: Module', '* ready: true', '', '  evil⟨U+202E⟩␛[2J ›']);
    expect(screen.cell(2, 0).isDim).toBe(true);
    expect(screen.cell(8, 0)).toMatchObject({text: 'M', isInverse: true});
    expect(screen.cell(11, 0)).toMatchObject({text: 'u', isInverse: false});
    expect(screen.cell(9, 1)).toMatchObject({text: 't', isBold: true, color: 2});
    screen.terminal.restore();
  });

  test('scrolled sideways shows the same columns of every line', async () => {
    const screen = openScreen({columns: 20, rows: 6});
    const drawn = await screen.draw(
      <TextPane theme={theme} lines={[line('0123456789'), line('漢字漢字漢字')]} state={{...paneAtTop, left: 3}} width={20} height={4} />,
    );
    expect(drawn.slice(0, 2)).toEqual(['  3456789', '   漢字漢字']);
    screen.terminal.restore();
  });
});
