import {describe, expect, test} from 'vitest';
import {openPrompt, type PromptState, pasteInPrompt, pressInPrompt, remember, suggestedRest} from '../../../src/ui/prompt.ts';
import {PromptLine} from '../../../src/ui/prompt-line.tsx';
import {type Theme, unicodeGlyphs} from '../../../src/ui/theme.ts';
import {openScreen} from '../../support/screen/in-process-screen.ts';

function typed(state: PromptState, keys: readonly string[], suggestion?: string): PromptState {
  return keys.reduce((now, name) => {
    const key = Array.from(name).length === 1 ? {name, text: name} : {name};
    return pressInPrompt(now, key, suggestion) ?? now;
  }, state);
}

describe('the prompt', () => {
  test('is edited around the cursor, by whole graphemes', () => {
    const state = typed(openPrompt([]), [...'ns abc', 'left', 'left', 'X', 'home', 'delete', 'end', 'backspace']);
    expect(state).toMatchObject({text: 's aXb', cursor: 5});
    const family = pasteInPrompt(openPrompt([]), 'a👨‍👩‍👧');
    expect(typed(family, ['backspace'])).toMatchObject({text: 'a', cursor: 1});
    expect(typed(family, ['left', 'left', 'right']).cursor).toBe(1);
  });

  test('loses a word with ctrl-w, and what stands before or after the cursor with ctrl-u and ctrl-k', () => {
    const state = openPrompt([], 'pods kube-system  ');
    expect(typed(state, ['ctrl-w']).text).toBe('pods ');
    expect(typed(state, ['ctrl-w', 'ctrl-w', 'ctrl-w']).text).toBe('');
    expect(typed(state, [...Array<string>(13).fill('left'), 'ctrl-u'])).toMatchObject({text: 'kube-system  ', cursor: 0});
    expect(typed(state, ['home', 'ctrl-k']).text).toBe('');
  });

  test('walks through the history and back to what was being typed', () => {
    const state = typed(openPrompt(['modules', 'pods']), ['x', 'up']);
    expect(state).toMatchObject({text: 'pods', cursor: 4});
    expect(typed(state, ['up', 'up']).text).toBe('modules');
    expect(typed(state, ['up', 'down', 'down', 'down']).text).toBe('x');
  });

  test('remembers the twenty newest entries, each once', () => {
    const history = Array.from({length: 25}, (_, index) => `entry ${index}`).reduce(remember, []);
    expect(history).toHaveLength(20);
    expect(remember(history, 'entry 7').slice(-2)).toEqual(['entry 24', 'entry 7']);
    expect(remember(history, '  ')).toBe(history);
  });

  test.each(['tab', 'right', 'ctrl-f', 'end'])('takes the suggestion over with %s, at its end only', key => {
    expect(typed(openPrompt([], 'mod'), [key], 'modules').text).toBe('modules');
    expect(typed(openPrompt([], 'mod'), ['left', key], 'modules').text).toBe('mod');
    expect(typed(openPrompt([], 'pod'), [key], 'modules').text).toBe('pod');
  });

  test('offers nothing before anything is typed', () => {
    expect(suggestedRest(openPrompt([]), 'modules')).toBe('');
  });

  test('makes one line of a paste', () => {
    expect(pasteInPrompt(openPrompt([], 'ab'), 'c\nd\r\n').text).toBe('abc d');
  });

  test('leaves keys that are none of its own', () => {
    expect(['enter', 'esc', 'ctrl-c', 'f1'].map(name => pressInPrompt(openPrompt([]), {name}, undefined))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('PromptLine', () => {
  const theme: Theme = {level: '16', glyphs: unicodeGlyphs};

  test('shows the cursor, the suggestion behind it and the note at the right', async () => {
    const screen = openScreen({columns: 30, rows: 3});
    const note = {text: '3 found', tone: 'dim' as const};
    const lines = await screen.draw(
      <PromptLine theme={theme} sign=":" state={openPrompt([], 'mod')} suggestion="modules" note={note} width={30} />,
    );
    expect(lines[0]).toBe(' :modules              3 found');
    expect(screen.cell(5, 0)).toMatchObject({text: 'u', isInverse: true});
    expect(screen.cell(6, 0)).toMatchObject({text: 'l', isDim: true});
    screen.terminal.restore();
  });

  test('keeps the cursor in sight when the text is longer than the line', async () => {
    const screen = openScreen({columns: 12, rows: 3});
    const lines = await screen.draw(
      <PromptLine theme={theme} sign="/" state={openPrompt([], 'abcdefghijklmnopq')} suggestion={undefined} width={12} />,
    );
    expect(lines[0]).toBe(' /ijklmnopq');
    expect(screen.cell(11, 0).isInverse).toBe(true);
    screen.terminal.restore();
  });
});
