import {Text, useInput} from 'ink';
import type {ReactNode} from 'react';
import {afterEach, describe, expect, test} from 'vitest';
import type {Frame} from '../../../src/ui/terminal.ts';
import {type InProcessScreen, openScreen} from '../../support/screen/in-process-screen.ts';

let screen: InProcessScreen;
afterEach(() => screen.terminal.restore());

const keysOf = (from: InProcessScreen): string[] => {
  const names: string[] = [];
  from.terminal.onKey(({name}) => names.push(name));
  return names;
};

describe('the terminal', () => {
  test('asks whether the kitty protocol is spoken, uses it, and puts it back', async () => {
    screen = openScreen({columns: 40, rows: 10, speaksKitty: true});
    await screen.waitFor(() => screen.modes().kittyDepth === 1);
    screen.terminal.restore();
    await screen.waitFor(() => screen.modes().kittyDepth === 0);
  });

  test('gives a lone Escape as a key after a moment, and a sequence in two pieces as one', async () => {
    screen = openScreen({columns: 40, rows: 10});
    const names = keysOf(screen);
    screen.type('\u001B');
    screen.type('[A');
    await screen.waitFor(() => true);
    screen.terminal.mount(<Text>x</Text>);
    screen.press('esc');
    await expect.poll(() => names).toEqual(['up', 'esc']);
  });

  test('hears nothing any more once a key has left it', async () => {
    screen = openScreen({columns: 40, rows: 10});
    const names = keysOf(screen);
    screen.terminal.onKey(key => key.name === 'q' && screen.terminal.restore());
    screen.type('aqbc');
    await expect.poll(() => screen.ends).toEqual([{kind: 'closed'}]);
    expect(names).toEqual(['a', 'q']);
    expect(await screen.terminal.waitUntilExit()).toEqual({kind: 'closed'});
  });

  test('ends once, with the first reason', () => {
    screen = openScreen({columns: 40, rows: 10});
    screen.host.emit('SIGTERM', 'SIGTERM');
    screen.host.emit('SIGHUP', 'SIGHUP');
    screen.terminal.restore();
    expect(screen.ends).toEqual([{kind: 'signal', signal: 'SIGTERM'}]);
    expect(screen.host.eventNames()).toEqual([]);
  });

  test('leaves interrupts to the program that has the terminal, but ends on SIGTERM', async () => {
    screen = openScreen({columns: 40, rows: 10});
    const other = Promise.withResolvers<void>();
    const suspended = screen.terminal.suspend(() => other.promise);
    screen.host.emit('SIGINT', 'SIGINT');
    expect(screen.ends).toEqual([]);
    screen.host.emit('SIGTERM', 'SIGTERM');
    const written = screen.written();
    other.resolve();
    await suspended;
    expect(screen.ends).toEqual([{kind: 'signal', signal: 'SIGTERM'}]);
    expect(screen.written()).toBe(written);
  });

  test('stops the whole job on Ctrl-Z, and itself too while another program has the terminal', async () => {
    screen = openScreen({columns: 40, rows: 10});
    screen.press('ctrl-z');
    await expect.poll(() => screen.host.sent).toEqual([[0, 'SIGTSTP']]);
    screen.host.emit('SIGTSTP');
    expect(screen.host.sent).toEqual([[0, 'SIGTSTP']]);
    screen.host.emit('SIGCONT');
    await screen.waitFor(() => screen.modes().isAlternate);
    void screen.terminal.suspend(() => new Promise(() => undefined));
    screen.host.emit('SIGTSTP');
    expect(screen.host.sent.at(-1)).toEqual([1, 'SIGSTOP']);
  });

  test('draws nothing while the other program has it, and all of it afterwards', async () => {
    screen = openScreen({columns: 40, rows: 10});
    await screen.draw(<Text>before</Text>);
    const other = Promise.withResolvers<void>();
    const suspended = screen.terminal.suspend(() => other.promise);
    const written = screen.written();
    screen.terminal.mount(<Text>after</Text>);
    expect(screen.written()).toBe(written);
    other.resolve();
    await suspended;
    await screen.waitFor(lines => lines[0] === 'after');
  });

  test('writes each frame at once, between the marks of a synchronized update, and tells its size', async () => {
    screen = openScreen({columns: 40, rows: 10});
    const frames: Frame[] = [];
    screen.terminal.onFrame(frame => frames.push(frame));
    const start = screen.written().length;
    await screen.draw(<Text>жук</Text>);
    const written = screen.written().slice(start);
    expect(written.startsWith('\u001B[?2026h')).toBe(true);
    expect(frames.reduce((sum, frame) => sum + frame.bytes, 0)).toBe(new TextEncoder().encode(written).length);
  });

  test('draws anew over what something else has written', async () => {
    screen = openScreen({columns: 40, rows: 10});
    await screen.draw(<Text>mine</Text>);
    screen.terminal.writeControl('\u001B[5;1Hscribble');
    screen.terminal.redraw();
    await screen.waitFor(lines => lines[0] === 'mine' && lines[4] === '');
  });

  test('refuses components that would read the keyboard themselves', async () => {
    screen = openScreen({columns: 40, rows: 10});
    screen.terminal.mount(<Reader />);
    await expect.poll(() => screen.ends).toMatchObject([{kind: 'error', error: {message: expect.stringContaining('Raw mode')}}]);
  });
});

function Reader(): ReactNode {
  useInput(() => undefined);
  return null;
}
