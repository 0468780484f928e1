/** The play of a shell: a script, lines of input, or a person at a terminal. */
import type {ProcessIo} from '../apiserver/pod-runtime.ts';
import {readCommands} from './shell-words.ts';
import {readTerminalLines} from './terminal-lines.ts';

export type ShellPorts = {
  readonly world: {readonly variables: Map<string, string>};
  /** The exit code of a program; undefined where there is none of that name. */
  run(name: string, args: readonly string[], io: ProcessIo): Promise<number | undefined>;
};

const prompt = '/ # ';

export async function runShell(args: readonly string[], ports: ShellPorts, io: ProcessIo): Promise<number> {
  const shell = new Shell(ports, io);
  const [flag, script] = args;
  if (flag === '-c') return shell.runLine(script ?? '');
  if (!io.isTerminal) {
    for await (const line of readLines(io.input)) if (await shell.isEndedBy(line)) break;
    return shell.code;
  }
  io.onResize(({columns, rows}) => {
    ports.world.variables.set('COLUMNS', String(columns));
    ports.world.variables.set('LINES', String(rows));
  });
  await io.write('stdout', prompt);
  const echo = (text: string) => io.write('stdout', text);
  for await (const line of readTerminalLines(io.input, echo)) {
    if (await shell.isEndedBy(line)) break;
    await io.write('stdout', prompt);
  }
  return shell.code;
}

class Shell {
  readonly #ports: ShellPorts;
  readonly #io: ProcessIo;
  code = 0;
  #isOver = false;

  constructor(ports: ShellPorts, io: ProcessIo) {
    this.#ports = ports;
    this.#io = withTerminalNewlines(io);
  }

  async isEndedBy(line: string): Promise<boolean> {
    await this.runLine(line);
    return this.#isOver || this.#io.signal.aborted;
  }

  async runLine(line: string): Promise<number> {
    try {
      for (const {words, isToErrors, when} of readCommands(line, name => this.#valueOf(name))) {
        const isDue = when === 'always' || (when === 'success') === (this.code === 0);
        if (isDue) await this.#runCommand(words, isToErrors);
        if (this.#isOver) break;
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await this.#io.write('stderr', `sh: syntax error: unexpected "${error.message}"\n`);
      this.code = 2;
    }
    return this.code;
  }

  async #runCommand([name = '', ...args]: readonly string[], isToErrors: boolean): Promise<void> {
    if (name === 'exit') {
      this.#isOver = true;
      if (/^\d+$/.test(args[0] ?? '')) this.code = Number(args[0]) % 256;
      return;
    }
    const io: ProcessIo = isToErrors ? {...this.#io, write: (_stream, bytes) => this.#io.write('stderr', bytes)} : this.#io;
    const code = await this.#ports.run(name, args, io);
    if (code === undefined) await this.#io.write('stderr', `sh: ${name}: not found\n`);
    this.code = code ?? 127;
  }

  #valueOf(name: string): string {
    return name === '?' ? String(this.code) : (this.#ports.world.variables.get(name) ?? '');
  }
}

/** A terminal's line discipline begins each new line at the left. */
function withTerminalNewlines(io: ProcessIo): ProcessIo {
  if (!io.isTerminal) return io;
  return {...io, write: (stream, bytes) => io.write(stream, typeof bytes === 'string' ? bytes.replace(/\n/g, '\r\n') : bytes)};
}

async function* readLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of input) {
    const lines = (rest + decoder.decode(bytes, {stream: true})).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
