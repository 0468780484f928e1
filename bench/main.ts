/** `npm run bench`: measures every budget of the built program and prints one table; `--json FILE` writes the figures as well. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {startEmbeddedTarget} from './embedded-target.ts';
import {type Figure, formatFigures, verdict} from './figures.ts';
import {measureFloor} from './measure-floor.ts';
import {measureKubetui} from './measure-kubetui.ts';
import {measureRuns} from './measure-runs.ts';
import {measureSession} from './measure-session.ts';
import {measureDemoStart, measureStart} from './measure-start.ts';
import {startRealTarget} from './real-target.ts';
import type {Target, TargetName} from './target.ts';

const {values, positionals} = parseArgs({options: {json: {type: 'string'}}, allowPositionals: true});
/** `npm run bench -- embedded` leaves the other target out. */
const targets = ['embedded', 'kube-apiserver', 'demo'];
const wanted = positionals.some(word => targets.includes(word)) ? positionals : targets;
/** `npm run bench -- runs` measures that alone. */
const parts = positionals.filter(word => !targets.includes(word));

/** What is measured must not write into the journal and the log of whoever measures. */
const state = mkdtempSync(join(tmpdir(), 'deckhand-bench-state-'));
process.env.XDG_STATE_HOME = state;

const figures: Figure[] = await tried('empty program', measureFloor);
if (wanted.includes('demo')) figures.push(...(await tried('demo', measureDemoStart)));
if (wanted.includes('embedded')) await measure('embedded', startEmbeddedTarget);
if (wanted.includes('kube-apiserver')) await measure('kube-apiserver', startRealTarget);
figures.push(...(await tried('empty program, once more', measureFloor)));
process.stdout.write(`${formatFigures(figures)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
rmSync(state, {recursive: true, force: true});
process.exit(figures.some(figure => verdict(figure) === 'over') ? 1 : 0);

async function measure(name: TargetName, start: () => Promise<Target | {missing: string}>): Promise<void> {
  process.stderr.write(`${name}: starting and filling…\n`);
  const target = await start();
  if ('missing' in target) {
    process.stderr.write(`${name} is left out: ${target.missing}\n`);
    return;
  }
  try {
    for (const [title, run] of [
      ['start', measureStart],
      ['session', measureSession],
      ['kubetui', measureKubetui],
      ['runs', measureRuns],
    ] as const) {
      if (parts.length > 0 && !parts.includes(title)) continue;
      figures.push(...(await tried(`${name}: ${title}`, () => run(target))));
    }
  } finally {
    await target.stop();
  }
}

/** One measurement that cannot be made must not lose the others. */
async function tried(title: string, run: () => Promise<Figure[]>): Promise<Figure[]> {
  process.stderr.write(`${title}…\n`);
  try {
    return await run();
  } catch (error) {
    process.stderr.write(`${title} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return [];
  }
}
