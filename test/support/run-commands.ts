/** Runs the commands that a runbook prints, each in a shell of its own, and holds what they did against what its steps want. */
import {execFile} from 'node:child_process';
import {mkdtempSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {expect} from 'vitest';
import {systemClock} from '../../src/cli/system-clock.ts';
import type {Fields} from '../../src/domain/fields.ts';
import {type Draft, WorldClient} from '../../src/embedded/world/world-client.ts';
import {checkParameters} from '../../src/engine/check-parameters.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import {createReader} from '../../src/engine/live-reader.ts';
import {resolveTarget} from '../../src/engine/resolve-target.ts';
import type {EmbeddedServer} from './embedded-server.ts';

type Parameters = Fields & {readonly target: string};

/** `more` makes what needs the uid of another object, and gives parameters that do. */
export type CommandCase = readonly [
  runbook: Runbook,
  parameters: Parameters,
  objects: readonly Draft[],
  more?: (world: WorldClient) => Promise<Fields>,
];

export async function runCommands(embedded: EmbeddedServer, kubectl: string, [runbook, given, objects, more]: CommandCase): Promise<void> {
  const world = new WorldClient(embedded.port);
  for (const draft of objects) await world.create(draft);
  const reader = createReader({kube: embedded.port, clock: systemClock});
  const parameters = checkParameters(runbook, {...given, ...(await more?.(world))});
  const request = {parameters, target: await resolveTarget(runbook, given.target, reader)};
  const facts = await runbook.gather(reader, request);
  for (const step of runbook.steps({...request, facts})) {
    // What a person types on a host is not for this machine.
    if (step.effect === 'HumanConfirmed') continue;
    if (step.effect !== 'K8sCas') throw new Error(`${step.id} is not a write of the cluster`);
    // Whoever waits needs a platform that answers.
    const commands = step.commands.filter(command => !/^kubectl (?:wait|rollout status) /.test(command));
    const missing = await step.act(reader, 'run-1/step');
    for (const command of commands) await shell(command, kubectl, {...variables(parameters), KUBECONFIG: embedded.kubeconfigPath});
    if (missing.length === 0) continue;
    expect(commands).not.toEqual([]);
    expect(await step.act(reader, 'run-1/step')).toEqual([]);
  }
}

/** `imageTag` is $IMAGE_TAG. */
function variables(parameters: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase(),
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function shell(command: string, kubectl: string, env: Readonly<Record<string, string>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-commands-'));
  symlinkSync(kubectl, join(folder, 'kubectl'));
  return new Promise((resolve, reject) => {
    const path = `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`;
    execFile('/bin/sh', ['-ec', command], {env: {...env, PATH: path, HOME: folder}, timeout: 30_000}, (error, _, stderr) =>
      error === null ? resolve() : reject(new Error(`${command}\n${stderr}`)),
    );
  });
}
