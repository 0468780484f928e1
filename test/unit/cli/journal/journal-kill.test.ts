import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {openJournal} from '../../../../src/cli/journal/open-journal.ts';
import {systemClock} from '../../../../src/cli/system-clock.ts';
import {requester} from '../../../support/run-kit.ts';
import {temporaryFolder} from '../../cluster/temporary-folder.ts';

const temporary = temporaryFolder();
const source = (name: string): string => pathToFileURL(join(import.meta.dirname, '../../../../src/cli', name)).href;

/** Makes runs and writes their statuses without end, and says each name once it is on the disk. */
function program(folder: string): string {
  return `
    import {openJournal} from '${source('journal/open-journal.ts')}';
    import {systemClock} from '${source('system-clock.ts')}';
    const journal = await openJournal({cluster: 'c', user: {user: 'alice', groups: []}, clock: systemClock, random: Math.random, log: () => undefined, folder: '${folder}'});
    const spec = {runbook: {name: 'node-cordon'}, parameters: {target: 'w1'}};
    for (let number = journal.runs.runs().length; ; number += 1) {
      const run = await journal.runs.createRun(spec, 'run-' + number);
      const written = await journal.runs.writeStatus(run, {...run.status, runUID: run.meta.uid, phase: 'Running'});
      console.log(written.meta.name + ' ' + written.meta.resourceVersion);
    }`;
}

test('what a process was told to be on the disk is there after it was killed', async () => {
  const folder = join(temporary.path, 'deckhand');
  for (const lines of [1, 7, 20]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(folder)], {stdio: ['ignore', 'pipe', 'inherit']});
    const said: string[] = [];
    for await (const line of createInterface({input: child.stdout})) {
      said.push(line);
      if (said.length === lines) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const {runs, close} = await openJournal({
      cluster: 'c',
      user: requester,
      clock: systemClock,
      random: Math.random,
      log: () => undefined,
      folder,
    });
    const kept = new Map(runs.runs().map(({meta, status}) => [`${meta.name} ${meta.resourceVersion}`, status.phase]));
    expect(said.length).toBeGreaterThanOrEqual(lines);
    expect(said.filter(line => kept.get(line) !== 'Running')).toEqual([]);
    close();
  }
});
