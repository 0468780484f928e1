/** The built dashboard in a real terminal, spoken to as its user does: open a kind, look at rows, press keys, read banners. */
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import type {Plugin} from 'esbuild';
import {bundleProgram, programFiles} from '../../scripts/bundle.ts';
import type {ProgramResult} from './run-program.ts';
import {runProgram} from './run-program.ts';
import type {Exit, PtyTerminal} from './screen/pty-terminal.ts';
import {openTerminal} from './screen/pty-terminal.ts';
import {readTable, type TextRow} from './table-text.ts';

/** The machine may be busy; what must be quick is measured apart. */
const patienceMs = 60_000;
/** The two lines of the header and the rule below them. */
const headerLines = 3;

export type Program = {
  readonly file: string;
  /** An empty home: no kubeconfig of the person who runs the tests, and a place for the log. */
  readonly home: string;
  /** `deckhand ARGS`, to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<ProgramResult>;
  remove(): Promise<void>;
};

/** The product in a folder of its own: a build in the checkout cannot change it while tests run. */
export async function buildProgram(plugins: readonly Plugin[] = []): Promise<Program> {
  const home = await mkdtemp(join(tmpdir(), 'deckhand-built-'));
  const file = join(home, programFiles[0]);
  await bundleProgram(home, plugins);
  await writeFile(join(home, 'package.json'), JSON.stringify({type: 'module'}));
  // Installed beside it, as npm does; the bundle looks for it only when a terminal is opened.
  await mkdir(join(home, 'node_modules'));
  await symlink(
    fileURLToPath(import.meta.resolve('node-pty/package.json')).replace(/.package\.json$/, ''),
    join(home, 'node_modules', 'node-pty'),
  );
  return {
    file,
    home,
    run: (args, env = {}) =>
      runProgram(process.execPath, [file, ...args], {HOME: home, KUBECONFIG: undefined, XDG_STATE_HOME: undefined, ...env}),
    remove: () => rm(home, {recursive: true, force: true}),
  };
}

export type DashboardOptions = {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
};

export type ShownRow = {readonly cells: TextRow; readonly isSelected: boolean; readonly isMarked: boolean};

export class Dashboard {
  readonly terminal: PtyTerminal;

  constructor(program: Program, {args = [], env = {}, columns = 250, rows = 60, cwd}: DashboardOptions = {}) {
    this.terminal = openTerminal({
      command: process.execPath,
      args: [program.file, ...args],
      env: {HOME: program.home, KUBECONFIG: undefined, XDG_STATE_HOME: undefined, ...env},
      columns,
      rows,
      ...(cwd === undefined ? {} : {cwd}),
    });
  }

  /** Types a command and waits for its screen, whose title is the command's first word unless another is given. */
  async open(command: string, title = command.split(' ')[0] ?? ''): Promise<void> {
    await this.type(':', command);
    await this.terminal.waitFor(lines => (lines[1] ?? '').includes(title) && !isPrompt(lines), patienceMs);
  }

  /** Opens the prompt of a sign, types, and presses Enter. */
  async type(sign: ':' | '/', text: string): Promise<void> {
    this.terminal.press(sign);
    await this.terminal.waitFor(isPrompt, patienceMs);
    this.terminal.type(text);
    await this.terminal.waitFor(lines => (lines.at(-1) ?? '').includes(text), patienceMs);
    this.terminal.press('enter');
  }

  async filter(text: string): Promise<void> {
    await this.type('/', text);
    await this.terminal.waitFor(lines => !isPrompt(lines), patienceMs);
  }

  async leavePrompt(): Promise<void> {
    this.terminal.press('esc');
    await this.terminal.waitFor(lines => !isPrompt(lines), patienceMs);
  }

  press(...keys: string[]): void {
    this.terminal.press(...keys);
  }

  rows(): readonly ShownRow[] {
    const lines = this.terminal.screen();
    const shown = lines.slice(headerLines + 1, -1).filter((line, index) => isRow(line) && !this.#isBanner(headerLines + 1 + index));
    const cells = readTable(lines[headerLines] ?? '', shown);
    return shown.map((line, index) => ({cells: cells[index] ?? {}, isSelected: line.startsWith('›'), isMarked: line[1] === '*'}));
  }

  row(name: string): TextRow | undefined {
    return this.rows().find(({cells}) => cells.NAME === name)?.cells;
  }

  selected(): TextRow | undefined {
    return this.rows().find(row => row.isSelected)?.cells;
  }

  async waitForRow(name: string, wanted: Readonly<Record<string, string | RegExp>> = {}, timeoutMs = patienceMs): Promise<TextRow> {
    const find = (): TextRow | undefined => this.rows().find(({cells}) => cells.NAME === name && isLike(cells, wanted))?.cells;
    await this.terminal.waitFor(() => find() !== undefined, timeoutMs);
    return find() ?? {};
  }

  async waitForNoRow(name: string, timeoutMs = patienceMs): Promise<void> {
    await this.terminal.waitFor(() => this.row(name) === undefined, timeoutMs);
  }

  /** What the header says of the number of objects: `total` of them, all read. */
  async waitForTotal(total: number, timeoutMs = patienceMs): Promise<void> {
    const pattern = new RegExp(`^\\s*\\S+( all namespaces| [a-z0-9-]+)? ${total}(  |$)`);
    await this.terminal.waitFor(lines => pattern.test(lines[1] ?? '') && /● live$/.test(lines[0] ?? ''), timeoutMs);
  }

  /** Right end of the first line: how fresh the data are. */
  freshness(): string {
    return this.terminal.screen()[0]?.split('  ').at(-1)?.trim() ?? '';
  }

  banners(): readonly string[] {
    return this.terminal
      .screen()
      .filter((_, index) => this.#isBanner(index))
      .map(line => line.trim());
  }

  async waitForBanner(wanted: RegExp, timeoutMs = patienceMs): Promise<string> {
    const find = (): string | undefined => this.banners().find(banner => wanted.test(banner));
    await this.terminal
      .waitFor(() => find() !== undefined, timeoutMs)
      .catch(error => {
        throw new Error(`no banner like ${wanted}: ${error instanceof Error ? error.message : String(error)}`);
      });
    return find() ?? '';
  }

  async waitForLive(timeoutMs = patienceMs): Promise<void> {
    await this.terminal.waitFor(lines => /● live$/.test(lines[0] ?? '') && this.banners().length === 0, timeoutMs);
  }

  /** Leaves as a user does, and checks that the terminal is as it was. */
  async quit(): Promise<Exit> {
    this.terminal.press('ctrl-c');
    // Runs in hand are told of first; a second time means it.
    const asked = sleep(1_500, undefined, {ref: false}).then(() => this.terminal.press('ctrl-c'));
    void asked.catch(() => undefined);
    const timeout = sleep(patienceMs, undefined, {ref: false});
    const exit = await Promise.race([this.terminal.exit, timeout]);
    const modes = this.terminal.modes();
    if (exit === undefined) throw new Error(`it does not leave:\n${this.terminal.screen().join('\n')}`);
    if (modes.isAlternate || !modes.isCursorShown || modes.isPasteBracketed || !modes.wraps)
      throw new Error(`the terminal was not given back: ${JSON.stringify(modes)}`);
    return exit;
  }

  close(): Promise<void> {
    return this.terminal.close();
  }

  /** Banners are inverse as the selected row is, but begin with a space. */
  #isBanner(index: number): boolean {
    const {isInverse, text} = this.terminal.cell(0, index);
    return isInverse && text !== '›' && index > headerLines - 1;
  }
}

/** Indented lines are remarks to the row above, such as the errors of a module source. */
function isRow(line: string): boolean {
  return line !== '' && line.slice(3, 5) !== '  ';
}

/** The prompt stands on the last line, in place of the footer, which always offers help. */
function isPrompt(lines: readonly string[]): boolean {
  const last = lines.at(-1) ?? '';
  return /^ [:/]/.test(last) && !last.includes('? help');
}

function isLike(cells: TextRow, wanted: Readonly<Record<string, string | RegExp>>): boolean {
  return Object.entries(wanted).every(([title, value]) => {
    const cell = cells[title] ?? '';
    return typeof value === 'string' ? cell === value : value.test(cell);
  });
}
