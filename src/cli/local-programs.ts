/** The user's shell and editor, each in a pseudo terminal; whatever they need on disk is gone when they are. */
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {basename, delimiter, join} from 'node:path';
import process from 'node:process';
import {phrase} from '../domain/messages/phrase.ts';
import {splitWords} from '../domain/query/words.ts';
import {type LocalPrograms, ProgramRefused} from '../views/local-programs.ts';
import {openLocalTerminal} from './local-terminal.ts';

/** A text longer than this was not written by hand. */
const editedBytesMax = 8 * 1024 * 1024;

export type LocalProgramsHere = LocalPrograms & {
  /** At the end of the program: removes what still stands on disk. */
  close(): void;
};

/** `kubeconfig` is the file that was named by the flag, where one was. */
export function createLocalPrograms(kubeconfig: () => Promise<string | undefined>): LocalProgramsHere {
  const folders = new Set<string>();
  const openFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'deckhand-'));
    folders.add(folder);
    return folder;
  };
  const removeFolder = (folder: string): void => {
    folders.delete(folder);
    rmSync(folder, {recursive: true, force: true});
  };
  return {
    async openShell(context, size) {
      const folder = openFolder();
      try {
        const first = join(folder, 'current-context');
        writeFileSync(first, currentContextOnly(context), {mode: 0o600});
        const files = (await kubeconfig()) ?? process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
        const session = await openLocalTerminal({
          command: [process.env.SHELL || '/bin/sh'],
          env: {...process.env, KUBECONFIG: `${first}${delimiter}${files}`},
          size,
        });
        void session.exit.then(() => removeFolder(folder));
        return session;
      } catch (error) {
        removeFolder(folder);
        throw error;
      }
    },

    async openEditor(text, fileName, size) {
      const folder = openFolder();
      try {
        const file = join(folder, basename(fileName));
        writeFileSync(file, text, {mode: 0o600});
        const session = await openLocalTerminal({command: [...editorCommand(process.env), file], env: process.env, size});
        const edited = session.exit.then(exit => {
          const isDone = exit.kind === 'exited' && exit.code === 0;
          const after = isDone ? readEdited(file) : undefined;
          removeFolder(folder);
          return after === text ? undefined : after;
        });
        return {session, edited};
      } catch (error) {
        removeFolder(folder);
        throw error;
      }
    },

    close() {
      for (const folder of [...folders]) removeFolder(folder);
    },
  };
}

/** The first file that names a current context has it; clusters and users come from the files behind it, which are not touched. */
function currentContextOnly(context: string): string {
  return JSON.stringify({apiVersion: 'v1', kind: 'Config', 'current-context': context});
}

/** Words as the user wrote them: `code --wait`; no shell reads them. */
export function editorCommand(env: Readonly<Record<string, string | undefined>>): readonly [string, ...string[]] {
  const [program, ...args] = splitWords(env.KUBE_EDITOR || env.EDITOR || 'vi').map(word => word.text);
  if (program === undefined) throw new ProgramRefused(phrase('terminal.noEditor'));
  return [program, ...args];
}

/** An editor may put another file in the place of ours. */
function readEdited(file: string): string | undefined {
  try {
    return statSync(file).size > editedBytesMax ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
