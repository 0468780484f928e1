/** Runs a kubectl against one kubeconfig, with a discovery cache of its own. */
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {findControlPlane} from './control-plane/binaries.ts';

export type KubectlRun = {readonly code: number; readonly stdout: string; readonly stderr: string};

export type Kubectl = (
  args: readonly string[],
  options?: {readonly input?: string; readonly env?: Readonly<Record<string, string>>},
) => Promise<KubectlRun>;

export type KubectlClient = {readonly name: string; readonly path: string | undefined};

const DEADLINE_MS = 60_000;

/** 1.36 and 1.32 of the cluster tier's build; a kubectl on PATH stands in for the older one. */
export function kubectlClients(): readonly KubectlClient[] {
  const found = findControlPlane();
  const built = 'missing' in found ? undefined : found;
  return [
    {name: 'kubectl 1.36', path: built?.kubectl},
    {name: 'kubectl 1.32', path: built?.kubectl132 ?? onPath('kubectl')},
  ];
}

export function kubectlOf(path: string, kubeconfig: string): Kubectl {
  const cache = mkdtempSync(join(tmpdir(), 'deckhand-kubectl-'));
  return (args, {input = '', env = {}} = {}) => {
    const {promise, resolve, reject} = Promise.withResolvers<KubectlRun>();
    const child = spawn(path, ['--cache-dir', cache, ...args], {
      env: {PATH: process.env.PATH, HOME: cache, KUBECONFIG: kubeconfig, ...env},
      timeout: DEADLINE_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => (stdout += chunk));
    child.stderr.on('data', chunk => (stderr += chunk));
    child.on('error', reject);
    child.on('close', code => resolve({code: code ?? -1, stdout, stderr}));
    child.stdin.end(input);
    return promise;
  };
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map(folder => join(folder, program)).find(path => existsSync(path));
}
