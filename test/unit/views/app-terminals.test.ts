/** Text goes through the user's editor and comes back, whatever happens on the way. */
import {expect, test} from 'vitest';
import {type Phrase, phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import type {App} from '../../../src/views/app.ts';
import {editText} from '../../../src/views/app-terminals.ts';
import {Background} from '../../../src/views/background.ts';
import {type LocalPrograms, ProgramRefused} from '../../../src/views/local-programs.ts';
import {currentPlace, goTo, type History, startHistory, tablePlace} from '../../../src/views/navigation.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {ScriptedTerminal} from '../../support/scripted-terminal.ts';

type Bench = {
  readonly app: App;
  readonly editor: ScriptedTerminal;
  readonly opened: string[];
  readonly flashes: string[];
  edited(text: string | undefined): void;
};

/** As much of the shell as an editor needs. */
function bench({readOnly, refusal}: {readOnly?: Phrase; refusal?: Phrase} = {}): Bench {
  const clock = new FakeClock();
  const editor = new ScriptedTerminal();
  const opened: string[] = [];
  const flashes: string[] = [];
  const {promise, resolve} = Promise.withResolvers<string | undefined>();
  const programs: LocalPrograms = {
    openShell: () => Promise.resolve(editor),
    async openEditor(text, fileName) {
      if (refusal !== undefined) throw new ProgramRefused(refusal);
      opened.push(`${fileName}: ${text}`);
      return {session: editor, edited: promise};
    },
  };
  const app = {
    background: new Background({clock, onChange: () => {}}),
    options: {programs, clock},
    session: {facts: () => ({context: 'demo', isProtected: false, ...(readOnly && {readOnly})})},
    history: startHistory(tablePlace('pods', 'default')),
    remembered(): History {
      return this.history;
    },
    visit(history: History) {
      this.history = history;
    },
    flash: (sentence: Phrase) => void flashes.push(sayInEnglish(sentence)),
    draw: () => {},
    say: sayInEnglish,
  };
  return {app: app as unknown as App, editor, opened, flashes, edited: resolve};
}

const shown = ({app}: Bench): string => currentPlace(app.history).kind;

test('what the editor leaves comes back, and the place one came from is there again', async () => {
  const editing = bench();
  const result = editText(editing.app, 'kind: Pod', 'pod-web.yaml');
  await expect.poll(() => shown(editing)).toBe('terminal');
  editing.edited('kind: Node');
  editing.editor.ends({kind: 'exited', code: 0});
  expect(await result).toBe('kind: Node');
  expect(editing.opened).toEqual(['pod-web.yaml: kind: Pod']);
  expect(shown(editing)).toBe('table');
  expect(editing.app.background.list()).toEqual([]);
});

test('who looked elsewhere meanwhile stays there', async () => {
  const editing = bench();
  const result = editText(editing.app, 'a', 'a.yaml');
  await expect.poll(() => shown(editing)).toBe('terminal');
  editing.app.visit(goTo(editing.app.history, {kind: 'contexts'}));
  editing.edited('b');
  editing.editor.ends({kind: 'exited', code: 0});
  expect(await result).toBe('b');
  expect(shown(editing)).toBe('contexts');
});

test('an editor that failed gives nothing, and stays to be read', async () => {
  const editing = bench();
  const result = editText(editing.app, 'a', 'a.yaml');
  await expect.poll(() => shown(editing)).toBe('terminal');
  editing.edited(undefined);
  editing.editor.ends({kind: 'exited', code: 1});
  expect(await result).toBeUndefined();
  expect(shown(editing)).toBe('terminal');
  expect(editing.app.background.list()).toHaveLength(1);
});

test('in a read-only context nothing is opened, and it says why', async () => {
  const editing = bench({readOnly: phrase('gate.flag')});
  expect(await editText(editing.app, 'a', 'a.yaml')).toBeUndefined();
  expect([editing.opened, editing.flashes]).toEqual([[], ['Off: this is read-only, as --readonly says']]);
});

test('without node-pty it says so', async () => {
  const editing = bench({refusal: phrase('terminal.noPty')});
  expect(await editText(editing.app, 'a', 'a.yaml')).toBeUndefined();
  expect(editing.flashes).toEqual(['Terminals in panes need the npm package node-pty, which is not installed here.']);
  expect(shown(editing)).toBe('table');
});
