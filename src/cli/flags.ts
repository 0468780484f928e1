/** The flags, read with commander; kubectl's names where the meaning is kubectl's. */
import {type Command, Option} from 'commander';
import type {ConnectionFlags} from '../cluster/kubeconfig.ts';

export type ConnectionOptions = {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly token?: string;
  readonly server?: string;
  readonly insecureSkipTlsVerify?: boolean;
};

export function addConnectionOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'kubeconfig to read in place of $KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--cluster <name>', 'cluster of the kubeconfig, in place of the context’s')
    .option('--user <name>', 'user of the kubeconfig, in place of the context’s')
    .option('-n, --namespace <name>', 'namespace')
    .option('--as <user>', 'user to impersonate')
    .addOption(new Option('--as-group <group>', 'group to impersonate, may be given more than once').argParser(collect))
    .option('--token <token>', 'bearer token')
    .option('-s, --server <url>', 'address of the API server')
    .option('--insecure-skip-tls-verify', 'do not verify the server’s certificate');
}

export function connectionFlags(options: ConnectionOptions): ConnectionFlags {
  return {
    ...(options.kubeconfig === undefined ? {} : {kubeconfig: options.kubeconfig}),
    ...(options.context === undefined ? {} : {context: options.context}),
    ...(options.cluster === undefined ? {} : {cluster: options.cluster}),
    ...(options.user === undefined ? {} : {user: options.user}),
    ...(options.namespace === undefined ? {} : {namespace: options.namespace}),
    ...(options.as === undefined ? {} : {as: options.as}),
    ...(options.asGroup === undefined ? {} : {asGroups: options.asGroup}),
    ...(options.token === undefined ? {} : {token: options.token}),
    ...(options.server === undefined ? {} : {server: options.server}),
    ...(options.insecureSkipTlsVerify === undefined ? {} : {isInsecure: options.insecureSkipTlsVerify}),
  };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
