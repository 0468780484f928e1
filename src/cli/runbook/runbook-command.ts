/** `deckhand runbook …` and `deckhand runs`: everything that the dashboard does with runs, for scripts and CI. */
import {type Command, Option} from 'commander';
import type {RunDesk} from '../../domain/run-desk.ts';
import {addConnectionOptions, type ConnectionOptions} from '../flags.ts';
import {leaseFlag} from '../lease-flag.ts';
import {type Given, readParameter} from './read-parameters.ts';
import type {DeskFlags} from './with-desk.ts';

export type RunbookFlags = DeskFlags & {
  readonly parameter?: Given;
  readonly detach?: boolean;
  readonly yes?: boolean;
  readonly gate?: string;
  readonly confirm?: string;
  readonly reason?: string;
  readonly mode?: 'SafePoint' | 'Undo' | 'Now';
};
type Flags = RunbookFlags;
type Actions = typeof import('./runbook-actions.ts');
type Done = (code: number) => void;

/** Exit codes: 0 succeeded, 1 failed, 2 refused or misused, 3 waits for a person, 4 outcome unknown. */
export function addRunbookCommands(program: Command, done: Done): void {
  const group = program.command('runbook').description('list, plan, start and control runbooks').helpCommand(false);
  addCatalogueCommands(group, done);
  addStartCommands(group, program, done);
  addControlCommands(group, program, done);
  onCluster(program.command('runs').description('every known run, newest first'), program, done, (actions, desk, _, flags) =>
    actions.listRuns(desk, flags),
  );
}

function addCatalogueCommands(group: Command, done: Done): void {
  group
    .command('list')
    .description('every runbook that this deckhand has')
    .addOption(output())
    .action(async (flags: Flags) => done((await import('./runbook-actions.ts')).listRunbooks(flags)));
  group
    .command('show <name>')
    .description('a runbook as a readable procedure, with the commands that do the same by hand')
    .addOption(output())
    .action(async (name: string, flags: Flags) => done((await import('./runbook-actions.ts')).showRunbook(name, flags)));
}

function addStartCommands(group: Command, program: Command, done: Done): void {
  const parameter = new Option('-p, --parameter <name=value>', 'a parameter; may be given more than once').argParser(readParameter);
  const plan = group
    .command('plan <name>')
    .description('what a run would do, asked of the API server; changes nothing')
    .addOption(parameter);
  onCluster(plan, program, done, (actions, desk, name, flags) => actions.plan(desk, name, flags));
  const run = group.command('run <name>').description('ask for a run, compete for it, and follow it to its end').addOption(parameter);
  onCluster(withConsent(run), program, done, (actions, desk, name, flags) => actions.run(desk, name, flags));
  const follow = group.command('follow <run>').description('compete for a run that is under way, and follow it to its end');
  follow.option('--confirm <target>', 'the target, typed again: to agree anew, where nothing proves who agreed before');
  onCluster(follow.addOption(leaseFlag('')), program, done, (actions, desk, name, flags) => actions.follow(desk, name, flags));
  const undo = group.command('undo <run>').description('start a run that takes back what a finished one did');
  onCluster(withConsent(undo), program, done, (actions, desk, name, flags) => actions.undo(desk, name, flags));
}

function addControlCommands(group: Command, program: Command, done: Done): void {
  for (const [verb, decision] of [['approve', 'Approve'] as const, ['reject', 'Reject'] as const]) {
    const command = withReason(group.command(`${verb} <run>`).description(`${verb} at the gate that a run waits at`));
    const asked = command
      .option('--gate <id>', 'the gate, where several are open')
      .option('--confirm <target>', 'the target, typed again: for the consent to a destructive run of your own');
    onCluster(asked, program, done, (actions, desk, name, flags) => actions.answer(desk, name, decision, flags));
  }
  const pause = withReason(group.command('pause <run>').description('stop at the next safe point'));
  onCluster(pause, program, done, (actions, desk, name, flags) => actions.order(desk, name, {verb: 'pause', ...reasonOf(flags)}));
  const resume = withReason(group.command('resume <run>').description('go on, or try a failed step again'));
  onCluster(resume, program, done, (actions, desk, name, flags) => actions.order(desk, name, {verb: 'resume', ...reasonOf(flags)}));
  const abort = withReason(group.command('abort <run>').description('end a run')).addOption(
    new Option('--mode <mode>', 'where it stops, and whether it takes back what it did')
      .choices(['SafePoint', 'Undo', 'Now'])
      .default('SafePoint'),
  );
  onCluster(abort, program, done, (actions, desk, name, {mode = 'SafePoint', ...flags}) =>
    actions.order(desk, name, {verb: 'abort', mode, ...reasonOf(flags)}),
  );
  const status = group.command('status <run>').description('how far a run is, and what it waits for');
  onCluster(status, program, done, (actions, desk, name, flags) => actions.status(desk, name, flags));
  const record = group.command('export <run>').description('the whole record of a run; fails where its chain of hashes is broken');
  onCluster(record, program, done, (actions, desk, name, flags) => actions.exportRun(desk, name, flags));
}

type OnDesk = (actions: Actions, desk: RunDesk, name: string, flags: Flags) => Promise<number>;

function onCluster(command: Command, program: Command, done: Done, use: OnDesk): void {
  addConnectionOptions(command)
    .addOption(output())
    .option('--runs-namespace <name>', 'namespace of the runs', 'deckhand')
    .action(async (...given: unknown[]) => {
      const [{withDesk}, actions] = await Promise.all([import('./with-desk.ts'), import('./runbook-actions.ts')]);
      const flags = {...program.opts<ConnectionOptions>(), ...command.opts<Flags>()};
      const name = typeof given[0] === 'string' ? given[0] : '';
      done(await withDesk(flags, desk => use(actions, desk, name, flags)));
    });
}

function output(): Option {
  return new Option('-o, --output <format>', 'format').choices(['table', 'json', 'yaml']).default('table');
}

function withConsent(command: Command): Command {
  return command
    .option('--detach', 'only ask for it')
    .addOption(leaseFlag(''))
    .option('--yes', 'agree to what is harmless or can be taken back; never to what is destructive');
}

function withReason(command: Command): Command {
  return command.option('--reason <text>', 'why; stands in the record');
}

function reasonOf({reason}: Pick<Flags, 'reason'>): {readonly reason?: string} {
  return reason === undefined ? {} : {reason};
}
