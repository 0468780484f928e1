/** A shell that stands beside a run: its program goes on in the background, its last lines stay in sight, and keys go to it until it is left. */
import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {keyBytes, pasteBytes} from '../ui/key-bytes.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import type {BodySize} from '../ui/screen-frame.tsx';
import {TerminalPane} from '../ui/terminal-pane.tsx';
import {paint} from '../ui/theme.ts';
import type {OpenTerminal} from './background.ts';
import type {PodChosen} from './pod-bindings.ts';
import type {ScreenContext} from './screen.ts';

export class RunShell {
  readonly #context: ScreenContext;
  #typing: number | undefined;

  constructor(context: ScreenContext) {
    this.#context = context;
  }

  /** The newest that runs in that pod. */
  of(pod: PodChosen): OpenTerminal | undefined {
    return this.#context.background
      .list()
      .find((each): each is OpenTerminal => 'emulator' in each && each.exit === undefined && isIn(each, pod));
  }

  /** From now on keys are the program's. */
  type({id}: OpenTerminal): void {
    this.#typing = id;
    this.#context.draw();
  }

  /** The one that has the keys; none once its program has ended. */
  typing(): OpenTerminal | undefined {
    const found = this.#typing === undefined ? undefined : this.#context.background.get(this.#typing);
    return found !== undefined && 'emulator' in found && found.exit === undefined ? found : undefined;
  }

  leave(): void {
    this.#typing = undefined;
  }

  bindings(): readonly Binding[] {
    const {say} = this.#context;
    return [
      {
        id: 'run.leave-shell',
        keys: ['ctrl-]'],
        title: say(phrase('key.leaveRunning')),
        isInFooter: true,
        group: say(phrase('group.terminal')),
        run: () => this.leave(),
      },
    ];
  }

  press(key: Key): boolean {
    const terminal = this.typing();
    if (terminal === undefined) return false;
    terminal.session.write(keyBytes(key, terminal.emulator.keyModes()));
    return true;
  }

  paste(text: string): void {
    const terminal = this.typing();
    terminal?.session.write(pasteBytes(text, terminal.emulator.keyModes()));
  }

  render(terminal: OpenTerminal, {width, height}: BodySize): ReactNode {
    const {theme} = this.#context;
    const hasKeys = terminal.id === this.typing()?.id;
    const mark = paint(theme, hasKeys ? `${theme.glyphs.cursor} ` : 'S ', {tone: 'accent', isBold: true});
    return (
      <Box flexDirection="column" width={width} height={height} paddingLeft={2}>
        <Text wrap="truncate">{mark + paint(theme, terminal.title, {tone: hasKeys ? 'accent' : 'title', isBold: true})}</Text>
        <TerminalPane theme={theme} emulator={terminal.emulator} width={width - 2} height={height - 1} />
      </Box>
    );
  }
}

function isIn({pod}: OpenTerminal, {namespace, name}: PodChosen): boolean {
  return pod?.namespace === namespace && pod.name === name;
}
