/** argv → a command → an exit code. Everything heavy is loaded by the command that needs it. */
import process from 'node:process';
import {Command, CommanderError, Option} from 'commander';
import {addControllerFlags, type ControllerOptions, controllerFlags, strayControllerFlag} from './controller-flags.ts';
import {addConnectionOptions, type ConnectionOptions} from './flags.ts';
import type {GetOptions} from './get.ts';
import {type Language, languages} from './language.ts';
import {addManifestFlags, type ManifestFlags} from './manifest-flags.ts';
import {reportFailure} from './report-failure.ts';
import {addRunbookCommands} from './runbook/runbook-command.ts';
import {version} from './version.ts';

/** Exit codes: 0 done, 1 the answer is "no", 2 the question could not be asked. */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = makeProgram(result => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], {from: 'user'});
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    reportFailure(error);
    return 2;
  }
}

type RootOptions = ControllerOptions & {
  readonly allNamespaces?: boolean;
  readonly command?: string;
  readonly demo?: boolean;
  readonly serve?: boolean;
  readonly lang?: Language;
  readonly readonly?: boolean;
};

function makeProgram(done: (code: number) => void): Command {
  const program = addControllerFlags(addConnectionOptions(new Command('deckhand')))
    .description('The terminal for Deckhouse Kubernetes Platform. Without a command: the dashboard over the current context.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .option('-A, --all-namespaces', 'begin with all namespaces')
    .option('-c, --command <line>', 'begin with what `:` takes: ng, "pods /crash" …')
    .option('--readonly', 'nothing can be changed: writes, shells, port-forwards and editors are off')
    .addOption(new Option('--lang <language>', 'language of the dashboard, in place of LC_ALL, LC_MESSAGES or LANG').choices(languages))
    .option('--demo', 'the dashboard over an embedded cluster; nothing is needed and nothing can be harmed')
    .addOption(new Option('--serve', 'with --demo: only the embedded cluster; the first line printed is the path of its kubeconfig'))
    .addOption(
      new Option(
        '--listen <address>',
        'HOST:PORT to listen on: with --serve (default: a free port of 127.0.0.1), with --controller (default: :8080)',
      ),
    )
    .allowExcessArguments()
    // Else a flag of the dashboard would take the place of the same one after a command.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(deckhand --help tells more)')
    .action(async (options: RootOptions) => done(await openRoot(program, options)));
  addConnectionOptions(program.command('get'))
    .description('print what a view of the dashboard shows')
    .argument('<kind>', 'module, ng, pods, certificates.cert-manager.io …')
    .argument('[name]', 'one object')
    .option('-A, --all-namespaces', 'all namespaces')
    .option('-l, --selector <selector>', 'label selector')
    .option('--field-selector <selector>', 'field selector')
    .addOption(new Option('-o, --output <format>', 'format').choices(['table', 'wide', 'json', 'yaml', 'name']).default('table'))
    .option('--problems', 'only what is not ok; exits 1 where there is something')
    .action(async (kind: string, name: string | undefined, options: GetOptions) => {
      const {get} = await import('./get.ts');
      done(await get(kind, name, {...program.opts<ConnectionOptions>(), ...options}));
    });
  addRunbookCommands(program, done);
  addManifestFlags(program.command('manifests'), version)
    .description('print what a cluster needs for runs and for the controller, ready for: kubectl apply -f -')
    .action(async (options: ManifestFlags) => {
      const [stray] = Object.keys(program.opts());
      if (stray !== undefined) program.error(`deckhand: manifests asks no cluster; of the flags of the dashboard it takes none (${stray})`);
      const {manifestText} = await import('./manifests.ts');
      process.stdout.write(manifestText(options, version));
    });
  return program;
}

async function openRoot(program: Command, options: RootOptions): Promise<number> {
  const [word] = program.args;
  if (word !== undefined) return program.error(`deckhand: there is no command ${word}; to open a kind say: deckhand -c ${word}`);
  if (options.serve === true && options.demo !== true)
    return program.error('deckhand: --serve serves the embedded cluster: say --demo --serve');
  if (options.controller === true && options.demo === true)
    return program.error('deckhand: --controller works on a cluster: without --demo');
  if (options.listen !== undefined && options.serve !== true && options.controller !== true)
    return program.error('deckhand: --listen belongs to --controller or --demo --serve');
  if (options.controller === true) {
    const {runController} = await import('./controller.ts');
    return runController(controllerFlags(options));
  }
  const stray = strayControllerFlag(options);
  if (stray !== undefined) return program.error(`deckhand: --${stray} belongs to --controller`);
  if (options.serve === true) {
    const {serveDemo} = await import('./demo-server.ts');
    return serveDemo(options.listen);
  }
  if (!process.stdout.isTTY || !process.stdin.isTTY)
    return program.error('deckhand: the dashboard needs a terminal; for scripts there is: deckhand get KIND');
  const {openDashboard} = await import('./dashboard.tsx');
  return openDashboard(options);
}
