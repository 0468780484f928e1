/** The flags of `deckhand --controller`. */
import {type Command, Option} from 'commander';
import type {LogLevel} from '../domain/log.ts';
import {type RunbookGroup, runbookGroups} from '../engine/define-runbook.ts';
import {leaseSettings} from '../engine/lease.ts';
import type {LeaseSettings} from '../engine/lease-terms.ts';
import type {ConnectionOptions} from './flags.ts';
import {leaseFlag} from './lease-flag.ts';
import {type ListenAddress, parseListenAddress} from './listen-address.ts';
import {readNamespace, readRunbookGroups} from './manifest-flags.ts';

export type ControllerFlags = ConnectionOptions & {
  readonly listen: ListenAddress;
  readonly runbooks: readonly RunbookGroup[];
  readonly runsNamespace: string;
  readonly trustRequesters: boolean;
  readonly logLevel: LogLevel;
  readonly leases: LeaseSettings;
};

/** As they are read: absent where they are not given. */
export type ControllerOptions = ConnectionOptions & {
  readonly controller?: boolean;
  readonly listen?: string;
  readonly runbooks?: readonly RunbookGroup[];
  readonly runsNamespace?: string;
  readonly trustRequesters?: boolean;
  readonly logLevel?: LogLevel;
  readonly leases?: LeaseSettings;
};

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const listenDefault = ':8080';

export function addControllerFlags(command: Command): Command {
  const groups = runbookGroups.join(',');
  return command
    .option('--controller', 'carry out runs without a screen, in a pod or beside a kubeconfig, until told to stop')
    .addOption(new Option('--runbooks <groups>', `with --controller: which runbooks (default: ${groups})`).argParser(readRunbookGroups))
    .addOption(new Option('--runs-namespace <name>', 'with --controller: where the runs are (default: deckhand)').argParser(readNamespace))
    .addOption(new Option('--trust-requesters', 'with --controller: believe spec.requestedBy where no policy proves it'))
    .addOption(new Option('--log-level <level>', 'with --controller: least level of its log (default: info)').choices(logLevels))
    .addOption(leaseFlag('with --controller: '));
}

/** Throws UsageError. */
export function controllerFlags({listen = listenDefault, ...options}: ControllerOptions): ControllerFlags {
  return {
    ...options,
    listen: parseListenAddress(listen, ''),
    runbooks: options.runbooks ?? runbookGroups,
    runsNamespace: options.runsNamespace ?? 'deckhand',
    trustRequesters: options.trustRequesters === true,
    logLevel: options.logLevel ?? 'info',
    leases: options.leases ?? leaseSettings,
  };
}

const ofControllerOnly = ['runbooks', 'runsNamespace', 'trustRequesters', 'logLevel', 'leases'] as const;

/** The flag that makes no sense without --controller, as it was typed. */
export function strayControllerFlag(options: ControllerOptions): string | undefined {
  const stray = ofControllerOnly.find(name => options[name] !== undefined);
  return stray?.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
