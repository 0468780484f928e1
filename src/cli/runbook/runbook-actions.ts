/** What the commands of `deckhand runbook` do; loaded when one of them runs. */
import process from 'node:process';
import {stringify} from 'yaml';
import {type Run, targetText} from '../../domain/run.ts';
import type {RunDesk, RunHandle, RunRequest} from '../../domain/run-desk.ts';
import {transcriptText} from '../../domain/run-transcript.ts';
import {findRunbook, runbooks} from '../../runbooks/catalog.ts';
import {visibleText} from '../../ui/width.ts';
import {entryOf} from '../desk/catalogue-entries.ts';
import {complain} from '../report-failure.ts';
import {UsageError} from '../usage-error.ts';
import {awaitRun, exitCodeOf, followRun, printRun} from './follow-run.ts';
import {planText, runsTable} from './print-runs.ts';
import type {RunbookFlags as Flags} from './runbook-command.ts';
import {runbookText} from './show-runbook.ts';

export function listRunbooks(flags: Flags): number {
  const entries = runbooks.map(entryOf);
  if (flags.output !== 'table') return print(entries, flags);
  const width = Math.max(...entries.map(({name}) => name.length));
  for (const {name, risk, words} of entries) process.stdout.write(`${name.padEnd(width)}  ${risk.padEnd(11)}  ${words.title.en}\n`);
  return 0;
}

export function showRunbook(name: string, flags: Flags): number {
  const runbook = findRunbook(name);
  if (runbook === undefined) return refuse(`there is no runbook ${name}: deckhand runbook list shows them`);
  if (flags.output !== 'table') return print(entryOf(runbook), flags);
  process.stdout.write(`${runbookText(runbook)}\n`);
  return 0;
}

export async function plan(desk: RunDesk, runbook: string, flags: Flags): Promise<number> {
  const answered = await desk.plan({runbook, parameters: flags.parameter ?? {}});
  if (answered.kind === 'refused') return refuse(answered.message);
  if (flags.output !== 'table') return print(answered.plan, flags);
  process.stdout.write(`${planText(answered.plan)}\n`);
  return answered.plan.checks.every(({state}) => state === 'pass') ? 0 : 2;
}

export function run(desk: RunDesk, runbook: string, flags: Flags): Promise<number> {
  return start(desk, {runbook, parameters: flags.parameter ?? {}}, flags);
}

async function start(desk: RunDesk, request: RunRequest, flags: Flags): Promise<number> {
  const answered = await desk.plan(request);
  if (answered.kind === 'refused') return refuse(answered.message);
  const {risk, digest} = answered.plan;
  if (flags.output === 'table' && flags.detach !== true) process.stderr.write(`${planText(answered.plan)}\n`);
  if (flags.yes !== true && risk !== 'destructive') return refuse('say --yes to agree to this plan');
  const submitted = await desk.submit(request, {planDigest: digest, isConsenting: false});
  if (submitted.kind === 'refused') return refuse(submitted.message);
  if (flags.detach === true) return report(await awaitRun(desk, submitted.run, () => true), flags);
  const ended = await followRun(desk, submitted.run, flags.output !== 'table');
  report(ended, flags);
  return exitCodeOf(ended);
}

/** Carries it from here, unless somebody else holds it. */
export async function follow(desk: RunDesk, name: string, flags: Flags): Promise<number> {
  const run = await known(desk, name);
  const target = targetText(run.spec);
  if (desk.agreesAnew(run) && flags.confirm !== target)
    return refuse(`nothing proves who agreed to this run, and it is destructive: agree anew with --confirm ${target}`);
  const handle = handleOf(run);
  await desk.adopt(handle);
  const ended = await followRun(desk, handle, flags.output !== 'table');
  report(ended, flags);
  return exitCodeOf(ended);
}

export async function undo(desk: RunDesk, name: string, flags: Flags): Promise<number> {
  const {meta, spec} = await known(desk, name);
  return start(desk, {runbook: spec.runbook.name, parameters: spec.parameters, undoOf: {name: meta.name, uid: meta.uid}}, flags);
}

export async function answer(
  desk: RunDesk,
  name: string,
  decision: 'Approve' | 'Reject',
  {gate: wanted, reason = '', confirm}: Flags,
): Promise<number> {
  const run = await known(desk, name);
  const {
    meta,
    spec,
    status: {steps, plan: planned},
  } = run;
  const open = steps.flatMap(({gate}) => (gate !== undefined && gate.evidenceDigest !== '' && gate.have < gate.required ? [gate] : []));
  const gate = wanted === undefined ? open[0] : open.find(({id}) => id === wanted);
  if (gate === undefined)
    return refuse(open.length === 0 ? `the run ${name} waits at no gate` : `the run ${name} waits at ${open.map(({id}) => id).join(', ')}`);
  const isRequester = spec.requestedBy?.user === desk.self().user;
  // One's own yes to what is destructive is typed, as in the dashboard.
  const isTyped = planned?.risk !== 'destructive' || decision === 'Reject' || confirm === targetText(spec);
  if (isRequester && !isTyped)
    return refuse(`this is your own run, and it is destructive: repeat its target with --confirm ${targetText(spec)}`);
  await desk.answer(handleOf({meta}), {
    gate: gate.id,
    kind: isRequester ? 'Consent' : 'Approval',
    decision,
    planDigest: planned?.digest ?? '',
    evidenceDigest: gate.evidenceDigest,
    reason,
  });
  if (desk.agreesAnew(run)) complain('recorded, but nothing proves that it was you: only an engine with --trust-requesters counts it');
  return 0;
}

export async function order(desk: RunDesk, name: string, said: Parameters<RunDesk['order']>[1]): Promise<number> {
  await desk.order(handleOf(await known(desk, name)), said);
  return 0;
}

export async function status(desk: RunDesk, name: string, flags: Flags): Promise<number> {
  const found = await known(desk, name);
  report(found, flags);
  return exitCodeOf(found);
}

export async function exportRun(desk: RunDesk, name: string, flags: Flags): Promise<number> {
  const transcript = await desk.transcript(handleOf(await known(desk, name)));
  if (flags.output === 'table') process.stdout.write(`${transcriptText(transcript, visibleText)}\n`);
  else print(transcript, flags);
  if (transcript.brokenAt === undefined) return 0;
  complain(`entry ${transcript.brokenAt} of the log does not follow from the one before it: the log was changed`);
  return 1;
}

export async function listRuns(desk: RunDesk, flags: Flags): Promise<number> {
  await desk.settled();
  const runs = desk.runs();
  if (flags.output !== 'table') return print(runs, flags);
  process.stdout.write(`${runsTable(runs)}\n`);
  return 0;
}

/** Throws where there is no such run. */
async function known(desk: RunDesk, name: string): Promise<Run> {
  await desk.settled();
  const run = desk.runs().find(({meta}) => meta.name === name);
  if (run === undefined) throw new UsageError(`there is no run ${name}: deckhand runs shows them`);
  return run;
}

function handleOf({meta}: Pick<Run, 'meta'>): RunHandle {
  return {namespace: meta.namespace, name: meta.name, uid: meta.uid};
}

function report(run: Run, flags: Flags): number {
  if (flags.output === 'table') printRun(run);
  else print(run, flags);
  return 0;
}

function print(value: unknown, {output}: Flags): number {
  process.stdout.write(output === 'json' ? `${JSON.stringify(value, null, 2)}\n` : stringify(value));
  return 0;
}

function refuse(message: string): number {
  complain(message);
  return 2;
}
