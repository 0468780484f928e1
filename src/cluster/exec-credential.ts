/**
 * Credentials from a client-go exec plugin: one run at a time for everybody who waits, renewed before it expires or when it
 * is refused, and never talking to the person at the terminal unless that person asked for it.
 */
import {TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Connection, ExecPlugin} from './connection.ts';
import type {CredentialPorts, CredentialSource, Credentials} from './credential-source.ts';
import {readExecAnswer} from './exec-answer.ts';
import {execInfo} from './exec-info.ts';
import {type PluginOutcome, type PluginRun, runPlugin} from './exec-process.ts';

/** A token is renewed this long before it expires, for requests under way and clocks that differ. */
const expirySkewMs = 60_000;
const pluginTimeoutMs = 60_000;
/** A plugin that failed, or whose answer the server refuses, may open a browser each time: it is not run more often than this. */
const rerunIntervalMs = 30_000;

type Held = {readonly credentials: Credentials; readonly renewAt: number};

export function createExecCredentials(connection: Connection, plugin: ExecPlugin, ports: CredentialPorts): CredentialSource {
  const {clock, onNotice} = ports;
  let held: Held | undefined;
  let underWay: {readonly run: PluginRun | undefined; readonly result: Promise<Credentials>} | undefined;
  let failed: {readonly error: TransportError; readonly at: number} | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function current(): Promise<Credentials> {
    if (held !== undefined && clock.now() < held.renewAt) return held.credentials;
    if (underWay !== undefined) return underWay.result;
    if (failed !== undefined && clock.monotonic() - failed.at < rerunIntervalMs) throw failed.error;
    return runOnce(false);
  }

  function runOnce(isInteractive: boolean): Promise<Credentials> {
    const run = isInteractive || plugin.interactiveMode !== 'Always' ? start(isInteractive) : undefined;
    const result = settle(run, isInteractive);
    underWay = {run, result};
    const forget = () => {
      if (underWay?.result === result) underWay = undefined;
    };
    result.then(forget, forget);
    return result;
  }

  async function settle(run: PluginRun | undefined, isInteractive: boolean): Promise<Credentials> {
    const outcome = await run?.outcome;
    const now = clock.now();
    const answer = outcome?.kind === 'answered' ? readExecAnswer(plugin, outcome.stdout, now) : undefined;
    if (answer?.kind === 'credentials') {
      // Half of a life shorter than twice the skew: else such a token would be asked for again with every request.
      held = {credentials: answer.credentials, renewAt: Math.max(answer.expiresAt - expirySkewMs, (answer.expiresAt + now) / 2)};
      failed = undefined;
      return answer.credentials;
    }
    const error = new TransportError('auth', answer?.phrase ?? (outcome === undefined ? loginNeeded() : failureOf(plugin, outcome)));
    const isReplacedByLogin = underWay?.run !== run;
    if (isReplacedByLogin) throw error;
    const canLogin = outcome === undefined || (outcome.kind === 'failed' && plugin.interactiveMode === 'IfAvailable');
    if (canLogin && !isInteractive) onNotice({kind: 'loginNeeded', phrase: loginNeeded()});
    failed = {error, at: clock.monotonic()};
    throw error;
  }

  function start(isInteractive: boolean): PluginRun {
    const env = {...ports.env, ...plugin.env, KUBERNETES_EXEC_INFO: execInfo(connection, plugin, isInteractive)};
    const {command, args} = plugin;
    const onLine = (line: string) => onNotice({kind: 'stderr', line});
    return runPlugin({command, args, env, isInteractive, timeoutMs: pluginTimeoutMs}, clock, onLine);
  }

  function loginNeeded(): Phrase {
    return phrase('credentials.loginNeeded', connection.userName, plugin.command);
  }

  return {
    current,
    async renew(refused) {
      if (held?.credentials === refused) {
        if (clock.monotonic() - renewedAt < rerunIntervalMs) return false;
        renewedAt = clock.monotonic();
        held = undefined;
      }
      const renewed = await current();
      return renewed !== refused && !isSame(renewed, refused);
    },
    ...(plugin.interactiveMode === 'Never'
      ? {}
      : {
          async login() {
            underWay?.run?.kill();
            await runOnce(true);
          },
        }),
    close() {
      underWay?.run?.kill();
    },
  };
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.authorization === other.authorization && one.clientCertificate?.certificate === other.clientCertificate?.certificate;
}

function failureOf(plugin: ExecPlugin, outcome: PluginOutcome): Phrase {
  const {command, installHint} = plugin;
  switch (outcome.kind) {
    case 'missing':
      return phrase('credentials.pluginMissing', command, installHint);
    case 'notRunnable':
      return phrase('credentials.pluginNotRunnable', command, outcome.code);
    case 'failed':
      return phrase('credentials.pluginFailed', command, outcome.exit, outcome.stderr.at(-1) ?? '');
    case 'timeout':
      return phrase('credentials.pluginTimeout', command, pluginTimeoutMs / 1000);
    case 'tooMuch':
      return phrase('credentials.pluginJunk', command, outcome.bytes);
    case 'answered':
      return phrase('credentials.pluginJunk', command, Buffer.byteLength(outcome.stdout));
  }
}
