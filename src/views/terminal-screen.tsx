/** One terminal, live: every key goes to its program but the chord that leaves it; the program goes on meanwhile. */
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {keyBytes, pasteBytes} from '../ui/key-bytes.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {TerminalPane} from '../ui/terminal-pane.tsx';
import {exitPhrase, isFailedExit, type OpenTerminal} from './background.ts';
import type {TerminalPlace} from './navigation.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';

export class TerminalScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: TerminalPlace;
  #height = 20;

  constructor(context: ScreenContext, place: TerminalPlace) {
    this.#context = context;
    this.#place = place;
  }

  place(): TerminalPlace {
    return this.#place;
  }

  summary(): Summary {
    const {say} = this.#context;
    const terminal = this.#terminal();
    const {title, exit} = terminal ?? {title: '', exit: undefined};
    const programs = terminal?.emulator.title ?? '';
    const back = terminal?.emulator.scrolledBack ?? 0;
    const tone = exit === undefined ? 'busy' : isFailedExit(exit) ? 'broken' : 'ok';
    return {
      left: [
        {text: title, tone: 'title', isBold: true},
        ...(programs === '' ? [] : [{text: `  ${programs}`, tone: 'dim' as const, priority: 3}]),
      ],
      right: [
        ...(back === 0 ? [] : [{text: `${say(phrase('terminal.scrolledBack', back))}  `, tone: 'accent' as const}]),
        {text: say(terminal === undefined ? phrase('terminal.gone') : exitPhrase(exit)), tone},
      ],
    };
  }

  banners(): readonly Banner[] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say, goUp} = this.#context;
    const terminal = this.#terminal();
    const isRunning = terminal?.exit === undefined && terminal !== undefined;
    const group = say(phrase('group.terminal'));
    const leave = {title: say(phrase(isRunning ? 'key.leaveRunning' : 'key.leave')), isInFooter: true, group, run: goUp};
    const scroll = (by: number) => () => terminal?.emulator.scroll(by);
    const page = Math.max(1, this.#height - 1);
    // A program that draws the whole screen has nothing above it, and may want these keys itself.
    const keys = isRunning
      ? {up: ['shift-pageup'], down: ['shift-pagedown']}
      : {up: ['shift-pageup', 'pageup', 'ctrl-b'], down: ['shift-pagedown', 'pagedown', 'ctrl-f']};
    const scrolling: readonly Binding[] =
      terminal?.emulator.isFullScreen === true && isRunning
        ? []
        : [
            {id: 'terminal.page-up', keys: keys.up, title: say(phrase('key.pageUp')), isInFooter: true, group, run: scroll(page)},
            {id: 'terminal.page-down', keys: keys.down, title: say(phrase('key.pageDown')), group, run: scroll(-page)},
          ];
    if (isRunning) return [{id: 'terminal.leave', keys: ['ctrl-]'], ...leave}, ...scrolling];
    return [
      {id: 'terminal.leave', keys: ['esc', 'enter', 'q', 'ctrl-]'], ...leave},
      {id: 'terminal.up', keys: ['k', 'up'], title: say(phrase('key.up')), group, run: scroll(1)},
      {id: 'terminal.down', keys: ['j', 'down'], title: say(phrase('key.down')), group, run: scroll(-1)},
      ...scrolling,
    ];
  }

  readonly keepsSize = true;

  /** Only while the program runs: after its end every key means again what it means elsewhere. */
  get takesKey(): ((key: Key) => boolean) | undefined {
    const terminal = this.#running();
    if (terminal === undefined) return undefined;
    return key => {
      this.#send(terminal, keyBytes(key, terminal.emulator.keyModes()));
      return true;
    };
  }

  takesPaste(text: string): void {
    const terminal = this.#running();
    if (terminal !== undefined) this.#send(terminal, pasteBytes(text, terminal.emulator.keyModes()));
  }

  render(size: BodySize): ReactNode {
    this.#height = size.height;
    const terminal = this.#terminal();
    if (terminal === undefined) return null;
    return <TerminalPane theme={this.#context.theme} emulator={terminal.emulator} width={size.width} height={size.height} />;
  }

  refresh(): boolean {
    return false;
  }

  dispose(): void {}

  #send({emulator, session}: OpenTerminal, bytes: string): void {
    if (bytes === '') return;
    emulator.scroll(-emulator.scrolledBack);
    session.write(bytes);
  }

  #terminal(): OpenTerminal | undefined {
    const occupation = this.#context.background.get(this.#place.id);
    return occupation !== undefined && 'emulator' in occupation ? occupation : undefined;
  }

  #running(): OpenTerminal | undefined {
    const terminal = this.#terminal();
    return terminal?.exit === undefined ? terminal : undefined;
  }
}
