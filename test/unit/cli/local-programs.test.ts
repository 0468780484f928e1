/** The user's shell and editor in real pseudo terminals. */
import {existsSync, readFileSync, statSync} from 'node:fs';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {createLocalPrograms, editorCommand} from '../../../src/cli/local-programs.ts';
import {openLocalTerminal} from '../../../src/cli/local-terminal.ts';
import type {TerminalSession} from '../../../src/ui/terminal-session.ts';
import {temporaryFolder} from '../cluster/temporary-folder.ts';

const size = {columns: 200, rows: 24};
const folder = temporaryFolder();

afterEach(() => vi.unstubAllEnvs());

async function outputOf(session: TerminalSession): Promise<string> {
  const chunks: Uint8Array[] = [];
  session.onOutput(bytes => chunks.push(bytes));
  await session.exit;
  return Buffer.concat(chunks).toString('utf8');
}

/** A script that stands in for an editor; the file comes as its last argument. */
function editor(name: string, body: string): string {
  return folder.write(name, `#!/bin/sh\n${body}\n`, 0o700);
}

test('a program tells how it ended, after all it has written', async () => {
  const session = await openLocalTerminal({command: ['sh', '-c', 'seq 1 2000; exit 7'], env: process.env, size});
  const output = await outputOf(session);
  expect(output).toMatch(/2000\r\n$/);
  expect(await session.exit).toEqual({kind: 'exited', code: 7});
  session.write('too late');
  session.resize(1, 1);
});

test('a program that is closed ends by the signal', async () => {
  const session = await openLocalTerminal({command: ['cat'], env: process.env, size});
  session.close();
  expect(await session.exit).toEqual({kind: 'signalled', signal: 'SIGHUP'});
});

describe('the editor', () => {
  test('gets a file of the given name that only the user can read, and what it leaves comes back', async () => {
    const trace = `${folder.path}/trace`;
    vi.stubEnv('EDITOR', editor('edit', `printf '%s %s' "$1" "$(stat -c %a "$1")" > ${trace}; printf 'kind: Pod\\n' >> "$1"`));
    const {session, edited} = await createLocalPrograms(() => Promise.resolve(undefined)).openEditor(
      'apiVersion: v1\n',
      'pod-web.yaml',
      size,
    );
    await outputOf(session);
    expect(await edited).toBe('apiVersion: v1\nkind: Pod\n');
    const [path = '', mode] = readFileSync(trace, 'utf8').split(' ');
    expect(path).toMatch(/\/pod-web\.yaml$/);
    expect(mode).toBe('600');
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    ['leaves the text as it was', 'true'],
    ['fails', 'echo more >> "$1"; exit 1'],
    ['removes the file', 'rm "$1"'],
    ['is killed', 'echo more >> "$1"; kill -9 $$'],
  ])('that %s gives nothing', async (name, body) => {
    vi.stubEnv('EDITOR', editor(`editor-${name.replaceAll(' ', '-')}`, body));
    const {session, edited} = await createLocalPrograms(() => Promise.resolve(undefined)).openEditor('text', 'a.yaml', size);
    await outputOf(session);
    expect(await edited).toBeUndefined();
  });

  test('is an argument list, with KUBE_EDITOR before EDITOR', () => {
    expect(editorCommand({EDITOR: 'code --wait'})).toEqual(['code', '--wait']);
    expect(editorCommand({EDITOR: '"/opt/my editor/ed" -n'})).toEqual(['/opt/my editor/ed', '-n']);
    expect(editorCommand({EDITOR: 'nano', KUBE_EDITOR: 'vim; rm -rf /'})).toEqual(['vim;', 'rm', '-rf', '/']);
    expect(editorCommand({})).toEqual(['vi']);
  });
});

test('the shell’s kubectl speaks to the context; the user’s files come after ours, which is gone with the shell', async () => {
  vi.stubEnv('SHELL', editor('shell', 'echo "config=$KUBECONFIG"; cat "$(echo "$KUBECONFIG" | cut -d: -f1)"; echo; echo "term=$TERM"'));
  const session = await createLocalPrograms(() => Promise.resolve('/somewhere/config')).openShell('prod-eu', size);
  const output = await outputOf(session);
  expect(output).toContain('"current-context":"prod-eu"');
  expect(output).toContain('term=xterm-256color');
  const [first = '', second] = /config=(\S+)/.exec(output)?.[1]?.split(':') ?? [];
  expect(second).toBe('/somewhere/config');
  await vi.waitUntil(() => statSync(first, {throwIfNoEntry: false}) === undefined);
});
