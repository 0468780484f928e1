import {describe, expect, test} from 'vitest';
import {createKeyParser, type InputEvent} from '../../../src/ui/key-parser.ts';

function read(...chunks: (string | Uint8Array)[]): string[] {
  const parser = createKeyParser();
  return [...chunks.flatMap(chunk => parser.push(chunk)), ...parser.flush()].map(told);
}

function told(event: InputEvent): string {
  switch (event.kind) {
    case 'key':
      return event.key.text === undefined ? event.key.name : `${event.key.name}=${event.key.text}`;
    case 'paste':
      return `paste ${JSON.stringify(event.text)}`;
    case 'kitty':
      return 'kitty';
  }
}

describe('keys', () => {
  test('that arrive together come out one by one', () => {
    expect(read('jjj')).toEqual(['j=j', 'j=j', 'j=j']);
    expect(read('abc\r')).toEqual(['a=a', 'b=b', 'c=c', 'enter']);
    expect(read(':ns \t\u007F\u001B[A')).toEqual([':=:', 'n=n', 's=s', 'space= ', 'tab', 'backspace', 'up']);
  });

  test.each([
    ['\u001B[A', 'up'],
    ['\u001BOB', 'down'],
    ['\u001B[1;2D', 'shift-left'],
    ['\u001B[1;6C', 'ctrl-shift-right'],
    ['\u001B[Z', 'shift-tab'],
    ['\u001B[5~', 'pageup'],
    ['\u001B[3;5~', 'ctrl-delete'],
    ['\u001B[15~', 'f5'],
    ['\u001BOP', 'f1'],
    ['\u001B[[C', 'f3'],
    ['\u001BOM', 'enter'],
    ['\u001BOw', '7=7'],
    ['\u0003', 'ctrl-c'],
    ['\u0000', 'ctrl-space'],
    ['\u001C', 'ctrl-\\'],
    ['\u001Bx', 'alt-x'],
    ['\u001B\u007F', 'alt-backspace'],
    ['\u001B\u0001', 'ctrl-alt-a'],
    ['\r\n', 'enter'],
  ])('%j is %s', (bytes, name) => {
    expect(read(bytes)).toEqual([name]);
  });

  test.each([
    ['\u001B[27u', 'esc'],
    ['\u001B[99;5u', 'ctrl-c'],
    ['\u001B[1089::99;5u', 'ctrl-c'],
    ['\u001B[97;4u', 'alt-A'],
    ['\u001B[32;5u', 'ctrl-space'],
    ['\u001B[13;2u', 'shift-enter'],
    ['\u001B[57399u', '0=0'],
    ['\u001B[57419;5u', 'ctrl-up'],
    ['\u001B[1;1:1A', 'up'],
    ['\u001B[27;5;106~', 'ctrl-j'],
  ])('%j of the newer protocols is %s', (bytes, name) => {
    expect(read(bytes)).toEqual([name]);
  });

  test('that nobody has pressed do not come out: releases, private keys, unknown sequences', () => {
    expect(read('\u001B[97;1:3u', '\u001B[1;1:3A', '\u001B[57441u', '\u001B[99~', '\u001B[E')).toEqual([]);
  });

  test('are whole graphemes, whatever bytes and chunks they come in', () => {
    const bytes = new TextEncoder().encode('ж👨‍👩‍👧é漢');
    expect(read(bytes)).toEqual(['ж=ж', '👨‍👩‍👧=👨‍👩‍👧', 'é=é', '漢=漢']);
    const ofOne = new TextEncoder().encode('ж漢');
    expect(read(...Array.from(ofOne, byte => Uint8Array.of(byte)))).toEqual(['ж=ж', '漢=漢']);
  });
});

describe('sequences', () => {
  test('cut anywhere are put together', () => {
    const whole = 'a\u001B[1;5Cb\u001BOAc\u001B[<35;10;5M\u001B]11;rgb:1/2/3\u001B\\d\u001B[200~x\ny\u001B[201~e';
    const expected = read(whole);
    expect(expected).toEqual(['a=a', 'ctrl-right', 'b=b', 'up', 'c=c', 'd=d', 'paste "x\\ny"', 'e=e']);
    for (let at = 1; at < whole.length; at++) expect(read(whole.slice(0, at), whole.slice(at))).toEqual(expected);
  });

  test('of mouse, focus and replies are taken out', () => {
    expect(read('\u001B[<0;10;5M\u001B[<0;10;5m\u001B[I\u001B[O\u001B[24;80R\u001B[?62;4c\u001B[?2026;2$y\u001B[?997;1n')).toEqual([]);
    expect(read('\u001B]11;rgb:ff/ff/ff\u0007\u001BP1$r0m\u001B\\\u001B_Gi=1\u001B\\j')).toEqual(['j=j']);
  });

  test('tell that the terminal speaks the kitty protocol', () => {
    expect(read('\u001B[?0u')).toEqual(['kitty']);
  });

  test('an Escape alone waits for what may follow, and is a key when nothing does', () => {
    const parser = createKeyParser();
    expect(parser.push('\u001B')).toEqual([]);
    expect(parser.pending()).toBe('escape');
    expect(parser.flush().map(told)).toEqual(['esc']);
    expect(parser.pending()).toBe('nothing');
    expect(read('\u001B\u001B')).toEqual(['esc', 'esc']);
    expect(read('\u001B\u001B[A')).toEqual(['esc', 'up']);
  });

  test('left unfinished do not swallow what is typed later', () => {
    const parser = createKeyParser();
    parser.push('\u001B]11;rgb:');
    expect(parser.pending()).toBe('sequence');
    expect(parser.flush()).toEqual([]);
    expect(parser.push('j').map(told)).toEqual(['j=j']);
    expect(read('\u001B[')).toEqual(['alt-[']);
    expect(read('\u001B[12\u0003j')).toEqual(['ctrl-c', 'j=j']);
  });
});

describe('a paste', () => {
  test('is text: neither its line ends nor its escapes are keys', () => {
    expect(read('\u001B[200~y\nd\u001B[A\u0003\u001B[201~')).toEqual(['paste "y\\nd\\u001b[A\\u0003"']);
  });

  test('without an end is over when nothing more comes', () => {
    const parser = createKeyParser();
    expect(parser.push('\u001B[200~abc')).toEqual([]);
    expect(parser.pending()).toBe('paste');
    expect(parser.flush().map(told)).toEqual(['paste "abc"']);
    expect(parser.push('j').map(told)).toEqual(['j=j']);
  });

  test('is cut at a million characters', () => {
    const [event] = createKeyParser().push(`\u001B[200~${'x'.repeat(1_100_000)}\u001B[201~`);
    expect(event?.kind === 'paste' && event.text.length).toBe(1_000_000);
  });
});
