/** Reads the `exec` field of a user: which credential plugin to run and how. */
import {phrase} from '../domain/messages/phrase.ts';
import type {ExecPlugin, InteractiveMode} from './connection.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import type {KubeconfigFields} from './kubeconfig-fields.ts';
import {resolveBeside} from './kubeconfig-file.ts';

const v1 = 'client.authentication.k8s.io/v1';
const v1beta1 = 'client.authentication.k8s.io/v1beta1';
const interactiveModes: readonly InteractiveMode[] = ['Never', 'IfAvailable', 'Always'];

export function readExecPlugin(user: KubeconfigFields, cluster: KubeconfigFields): ExecPlugin | undefined {
  const exec = user.child('exec');
  if (exec === undefined) return undefined;
  const command = exec.requiredText('command');
  const apiVersion = exec.requiredText('apiVersion');
  if (apiVersion !== v1 && apiVersion !== v1beta1) throw notOneOf(exec, 'apiVersion', [v1, v1beta1]);
  return {
    apiVersion,
    command: command.includes('/') ? resolveBeside(exec.file, command) : command,
    args: exec.texts('args'),
    env: Object.fromEntries(exec.children('env').map(entry => [entry.requiredText('name'), entry.text('value') ?? ''])),
    installHint: exec.text('installHint')?.trim() ?? '',
    interactiveMode: readInteractiveMode(exec, apiVersion),
    providesClusterInfo: exec.flag('provideClusterInfo'),
    clusterConfig: readClusterConfig(cluster),
  };
}

/** v1 wants it said; v1beta1 means IfAvailable where it is not. */
function readInteractiveMode(exec: KubeconfigFields, apiVersion: string): InteractiveMode {
  const given = apiVersion === v1 ? exec.requiredText('interactiveMode') : (exec.text('interactiveMode') ?? 'IfAvailable');
  const mode = interactiveModes.find(known => known === given);
  if (mode === undefined) throw notOneOf(exec, 'interactiveMode', interactiveModes);
  return mode;
}

function readClusterConfig(cluster: KubeconfigFields): unknown {
  return cluster
    .children('extensions')
    .find(extension => extension.text('name') === 'client.authentication.k8s.io/exec')
    ?.raw('extension');
}

function notOneOf(exec: KubeconfigFields, name: string, choices: readonly string[]): KubeconfigError {
  const field = exec.at(name);
  return new KubeconfigError(exec.file, field, phrase('kubeconfig.choiceUnknown', exec.file, field, choices.join(', ')));
}
