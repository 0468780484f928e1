/** `deckhand`: joins terminal, session and views, and ends with the terminal as it was. */
import {homedir} from 'node:os';
import process from 'node:process';
import type {ReactNode} from 'react';
import {useSyncExternalStore} from 'react';
import {forwardPort} from '../cluster/port-forward.ts';
import type {Catalogue} from '../domain/messages/phrase.ts';
import type {TerminalEnd} from '../ui/process-watch.ts';
import {openTerminal, type Terminal} from '../ui/terminal.ts';
import {detectColorLevel, detectGlyphs} from '../ui/theme.ts';
import {App} from '../views/app.ts';
import {AppView} from '../views/app-view.tsx';
import {views} from '../views/catalog.ts';
import {type Config, ConfigError, readConfig} from './config-file.ts';
import {accessTo, type ContextAccess} from './context-access.ts';
import {ContextList} from './context-list.ts';
import {type DemoServer, startDemoServer} from './demo-process.ts';
import {type ConnectionOptions, connectionFlags} from './flags.ts';
import {handOver} from './hand-over.ts';
import {chooseLanguage, type Language, loadCatalogue} from './language.ts';
import {createLocalPrograms} from './local-programs.ts';
import {writeLog} from './log-file.ts';
import {keepMemorySmall} from './memory-thrift.ts';
import {reportFailure} from './report-failure.ts';
import {saveText} from './save-text.ts';
import {ClusterSession} from './session.ts';
import {systemClock} from './system-clock.ts';

export type DashboardOptions = ConnectionOptions & {
  readonly allNamespaces?: boolean;
  readonly command?: string;
  readonly demo?: boolean;
  readonly lang?: Language;
  readonly readonly?: boolean;
};

const signalNumbers = {SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15} as const;

export async function openDashboard(options: DashboardOptions): Promise<number> {
  const catalogue = await loadCatalogue(chooseLanguage(options.lang, process.env));
  try {
    return await runDashboard(options, catalogue, readConfig(process.env, homedir()));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    reportFailure(error, catalogue);
    return 2;
  }
}

async function runDashboard(options: DashboardOptions, catalogue: Catalogue, config: Config): Promise<number> {
  keepMemorySmall(systemClock);
  const demo: Promise<DemoServer> | undefined = options.demo === true ? startDemoServer() : undefined;
  const contexts = new ContextList(async () => connectionFlags(demo === undefined ? options : {kubeconfig: (await demo).kubeconfig}));
  const access = (context: string): ContextAccess => accessTo(context, options.readonly === true, config);
  const programs = createLocalPrograms(async () => (demo === undefined ? options.kubeconfig : (await demo).kubeconfig));
  const terminal = openTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    process,
    timers: systemClock,
    onEnd: end => {
      if (end.kind === 'error') reportFailure(end.error, catalogue);
    },
    keepsKey: key => app.keepsKey(key),
  });
  const app: App = new App({
    clock: systemClock,
    theme: {level: detectColorLevel(process.env), glyphs: detectGlyphs(process.env)},
    catalogue,
    views,
    start: {command: options.command, namespace: options.namespace, isAllNamespaces: options.allNamespaces === true},
    programs,
    forwardPort,
    contexts: () => contexts.choices,
    openSession: name => new ClusterSession({contexts, context: name, clock: systemClock, random: Math.random, log: writeLog, access}),
    saveText,
    quit: () => terminal.restore(),
    redraw: () => terminal.redraw(),
    inForeground: run => terminal.suspend(run),
  });
  terminal.onKey(key => app.key(key));
  terminal.onPaste(text => app.paste(text));
  terminal.mount(<Sized app={app} terminal={terminal} />);
  const end = await terminal.waitUntilExit();
  await handOver(app.session.desk(), catalogue);
  app.dispose();
  programs.close();
  void demo?.then(server => server.stop()).catch(() => undefined);
  return exitCode(end);
}

function Sized({app, terminal}: {app: App; terminal: Terminal}): ReactNode {
  const size = useSyncExternalStore(
    listener => terminal.onResize(listener),
    () => terminal.size(),
  );
  return <AppView app={app} size={size} />;
}

function exitCode(end: TerminalEnd): number {
  switch (end.kind) {
    case 'closed':
      return 0;
    case 'signal':
      return 128 + signalNumbers[end.signal];
    case 'error':
      return 1;
  }
}
