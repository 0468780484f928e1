import {describe, expect, test} from 'vitest';
import type {Run} from '../../../src/domain/run.ts';
import {BrokenJournal} from '../../../src/engine/journal-file.ts';
import {linkLine, readLines} from '../../../src/engine/journal-lines.ts';
import {JournalRuns, type JournalRunsOptions} from '../../../src/engine/journal-run-store.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {MemoryFile} from '../../support/memory-file.ts';
import {digest, requester} from '../../support/run-kit.ts';
import {entry, runStoreContract, type StoreRig, yes} from '../../support/run-store-contract.ts';

const spec = {runbook: {name: 'node-cordon'}, parameters: {target: 'w1'}};

type Opened = {readonly runs: JournalRuns; readonly told: string[]};

async function open(file: MemoryFile, change: Partial<JournalRunsOptions> = {}): Promise<Opened> {
  const told: string[] = [];
  const ports = {clock: new FakeClock(Date.parse('2026-01-02T12:00:00Z')), random: () => 0.5, digest};
  const log: JournalRunsOptions['log'] = (_, message) => void told.push(message);
  return {told, runs: await JournalRuns.open({file, cluster: 'cluster-1', user: requester, log, ports, ...change})};
}

runStoreContract('in a journal', async (): Promise<StoreRig> => {
  const file = new MemoryFile();
  const {runs} = await open(file);
  return {
    store: runs,
    reopen: async () => (await open(file)).runs,
    submit: name => runs.createRun(spec, name),
    order: async ({meta}, control) => void (await runs.control(meta, control)),
    consent: async ({meta}, answer) => void (await runs.consent(meta, answer)),
    remove: ({meta}) => runs.remove(meta),
    spoil: async run => {
      await spoil(file, run);
    },
  };
});

async function spoil(file: MemoryFile, {meta}: Run): Promise<void> {
  const {end, bytes} = readLines(file.text, file.path, digest);
  await file.append(`${linkLine({kind: 'status', uid: meta.uid, status: {phase: 5}}, end, digest).text}\n`, bytes);
}

/** A journal with two runs, one of them with a status, a plan, a log, a consent and an order. */
async function filled(): Promise<MemoryFile> {
  const file = new MemoryFile();
  const {runs} = await open(file);
  const run = await runs.createRun({...spec, parameters: {target: 'узел'}}, 'run-1');
  const guarded = await runs.guard(run);
  await runs.writePlan(guarded, 'plan-1', {steps: []});
  await runs.appendLog(guarded, [entry('один'), entry('two')]);
  await runs.writeStatus(guarded, {...guarded.status, runUID: run.meta.uid, phase: 'Running'});
  await runs.consent(run.meta, yes);
  await runs.control(run.meta, {desired: 'Pause'});
  await runs.createRun(spec, 'run-2');
  return file;
}

/** Everything that can be asked of a journal. */
async function contentOf(runs: JournalRuns): Promise<unknown> {
  const known = runs.runs();
  const each = async (run: Run) => [run, await runs.readLog(run), await runs.approvals(run), await runs.readPlan(run, 'plan-1')];
  return Promise.all(known.map(each));
}

describe('a journal', () => {
  test('holds after a restart what it held before', async () => {
    const file = await filled();
    const first = await contentOf((await open(file)).runs);
    const text = file.text;
    expect(await contentOf((await open(file)).runs)).toEqual(first);
    expect(file.text).toBe(text);
    expect(first).toMatchObject([
      [{meta: {name: 'run-2'}}, [], [], undefined],
      [{meta: {name: 'run-1'}, status: {phase: 'Running'}}, [{seq: 1}, {seq: 2}], [{gate: 'start'}], {steps: []}],
    ]);
  });

  test('cut anywhere in its last line loses that line at most, says so and goes on', async () => {
    const whole = await filled();
    const ends = [0];
    for (const line of whole.lines) ends.push((ends.at(-1) ?? 0) + Buffer.byteLength(line) + 1);
    for (let bytes = 0; bytes < whole.bytes.length; bytes += 1) {
      const file = new MemoryFile();
      file.bytes = whole.bytes.subarray(0, bytes);
      const {runs, told} = await open(file);
      // Only its line feed is missing: the line counts.
      const kept = ends.includes(bytes + 1) ? bytes + 1 : Math.max(...ends.filter(end => end <= bytes));
      expect(file.bytes.length, `cut at ${bytes}`).toBe(kept);
      expect(told.length, `cut at ${bytes}`).toBe(kept < bytes ? 1 : 0);
      if (bytes % 97 !== 0) continue;
      await runs.createRun(spec, 'after');
      expect((await open(file)).runs.find('after')).toBeDefined();
    }
  });

  test('changed anywhere else is refused, with the line and what to do, and left as it is', async () => {
    const whole = await filled();
    for (const [index, line] of whole.lines.entries()) {
      for (const place of [3, 80, line.length - 3]) {
        const file = new MemoryFile();
        const changed = `${line.slice(0, place)}${line[place] === '0' ? '1' : '0'}${line.slice(place + 1)}`;
        file.text = whole.text.replace(line, changed);
        const before = file.text;
        const error = await open(file).catch((thrown: unknown) => thrown);
        expect(error, `line ${index + 1}, column ${place}`).toBeInstanceOf(BrokenJournal);
        expect(String(error)).toContain(`${file.path}, line ${index + 1}: `);
        expect(String(error)).toContain(`mv ${file.path}`);
        expect(file.text).toBe(before);
      }
    }
  });

  test('from which lines were taken, or whose lines were swapped or doubled, is refused', async () => {
    const {lines} = await filled();
    const spoiled: readonly (readonly string[])[] = [
      lines.slice(1),
      lines.toSpliced(4, 1),
      lines.toSpliced(4, 0, lines[4] ?? ''),
      lines.toSpliced(3, 2, lines[4] ?? '', lines[3] ?? ''),
      lines.toSpliced(4, 0, ''),
    ];
    for (const [index, each] of spoiled.entries()) {
      const file = new MemoryFile();
      file.text = `${each.join('\n')}\n`;
      await expect(open(file), `${index}`).rejects.toThrow(BrokenJournal);
    }
  });

  test('of another cluster, or of a newer deckhand, is refused', async () => {
    const file = await filled();
    await expect(open(file, {cluster: 'cluster-2'})).rejects.toThrow('belongs to another cluster (cluster-1, not cluster-2)');
    const {end, bytes} = readLines(file.text, file.path, digest);
    const uid = (await open(file)).runs.find('run-1')?.meta.uid;
    await file.append(`${linkLine({kind: 'hologram', uid}, end, digest).text}\n`, bytes);
    await expect(open(file)).rejects.toThrow('line 10: what it says (hologram) is unknown');
  });

  test('goes on after a write that failed, whether or not a part of it stands there', async () => {
    for (const fault of ['before', 'within', 'after'] as const) {
      const file = await filled();
      const {runs} = await open(file);
      const run = runs.find('run-2');
      if (run === undefined) throw new Error('no run');
      file.strike = () => ({fault, error: new Error('no space left')});
      await expect(runs.writeStatus(run, {...run.status, phase: 'Running'})).rejects.toThrow('no space left');
      file.strike = () => undefined;
      const now = await runs.load(run.meta);
      expect(now?.status.phase, fault).toBe(fault === 'after' ? 'Running' : 'Pending');
      await runs.createRun(spec, 'run-3');
      expect(await contentOf((await open(file)).runs)).toEqual(await contentOf(runs));
    }
  });

  test('into which somebody else has written is read anew', async () => {
    const file = await filled();
    const [{runs: first}, {runs: second}] = [await open(file), await open(file)];
    await first.createRun(spec, 'run-3');
    await expect(second.createRun(spec, 'run-4')).rejects.toThrow('somebody else has written');
    await second.createRun(spec, 'run-4');
    expect(second.find('run-3')).toBeDefined();
  });

  test('is set aside when it is full and every run in it has ended, and numbers go on', async () => {
    const file = new MemoryFile();
    const {runs} = await open(file, {bytesMax: 500});
    const [one, two] = [await runs.createRun(spec, 'run-1'), await runs.createRun(spec, 'run-2')];
    const ended = await runs.writeStatus(one, {...one.status, runUID: one.meta.uid, phase: 'Succeeded'});
    await runs.createRun(spec, 'run-3');
    expect(file.aside).toEqual([]);
    const guarded = await runs.guard(two);
    for (const name of ['run-2', 'run-3']) {
      const run = await runs.load({...one.meta, name});
      if (run !== undefined) await runs.writeStatus(run, {...run.status, runUID: run.meta.uid, phase: 'Failed'});
    }
    await expect(runs.createRun(spec, 'run-1')).rejects.toThrow('has a run run-1 already');
    expect(file.aside).toEqual([]);
    const last = await runs.load(two.meta);
    if (last !== undefined) await runs.unguard(last);
    const next = await runs.createRun(spec, 'run-1');
    expect(file.aside.length).toBe(1);
    expect(file.aside[0]).toContain('run-3');
    expect(Number(next.meta.resourceVersion)).toBeGreaterThan(Number(guarded.meta.resourceVersion));
    expect((await open(file)).runs.runs().map(({meta}) => meta.name)).toEqual(['run-1']);
    await expect(runs.writeStatus(ended, ended.status)).rejects.toThrow('has changed meanwhile');
  });

  test('drops a run whose time is over when it is opened, and no other', async () => {
    const file = new MemoryFile();
    const {runs} = await open(file);
    const kept = {...spec, ttlSecondsAfterFinished: 60};
    for (const name of ['ended', 'guarded', 'running']) await runs.createRun(kept, name);
    await runs.createRun(spec, 'for-ever');
    for (const name of ['ended', 'guarded', 'running', 'for-ever']) {
      const run = runs.find(name);
      if (run === undefined) throw new Error('no run');
      const made = name === 'guarded' ? await runs.guard(run) : run;
      const phase = name === 'running' ? 'Running' : 'Succeeded';
      await runs.writeStatus(made, {...made.status, runUID: made.meta.uid, phase, finishedAt: '2026-01-02T12:00:00.000Z'});
    }
    const at = async (time: string) => {
      const ports = {clock: new FakeClock(Date.parse(time)), random: () => 0.7, digest};
      const opened = await open(file, {ports});
      return {...opened, names: opened.runs.runs().map(({meta}) => meta.name)};
    };
    expect((await at('2026-01-02T12:00:59Z')).names).toEqual(['for-ever', 'running', 'guarded', 'ended']);
    file.strike = () => ({fault: 'before', error: new Error('no space left')});
    const full = await at('2026-01-02T12:01:00Z');
    expect([full.names.length, full.told]).toEqual([4, ['runs whose time is over stay in the journal']]);
    file.strike = () => undefined;
    const later = await at('2026-01-02T12:01:00Z');
    expect([later.names, later.told]).toEqual([['for-ever', 'running', 'guarded'], ['run removed, its time is over']]);
    await later.runs.createRun(spec, 'ended');
    expect((await at('2026-01-03T12:00:00Z')).names).toEqual(['ended', 'for-ever', 'running', 'guarded']);
  });

  test('takes no run that needs a second person, no nonsense and no megabyte, and writes nothing then', async () => {
    const file = new MemoryFile();
    const {runs} = await open(file);
    const rule = {gate: '*', required: 1};
    await expect(runs.createRun({...spec, approvals: [rule]})).rejects.toThrow('asks for somebody else');
    await expect(runs.createRun({parameters: {}})).rejects.toThrow('spec.runbook.name');
    await expect(runs.createRun({...spec, parameters: 7})).rejects.toThrow('parameters');
    await expect(runs.createRun({...spec, parameters: {target: 'x'.repeat(1_000_000)}})).rejects.toThrow('at most 32768');
    expect(file.text).toBe('');
    const run = await runs.createRun({...spec, requestedBy: {user: 'mallory', groups: []}});
    expect(run.spec.requestedBy).toEqual(requester);
    await expect(runs.consent(run.meta, {...yes, kind: 'Approval'})).rejects.toThrow('only the consent of its requester');
    await expect(runs.control({name: 'none'}, {})).rejects.toThrow('no run none');
  });
});
