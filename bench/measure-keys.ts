/** What a key costs: the time until the frame that shows it begins, the bytes of that frame, and that none is lost. */
import type {PtyTerminal} from '../test/support/screen/pty-terminal.ts';
import {type Figure, quantile, spread} from './figures.ts';
import {pause} from './pause.ts';
import type {Probe} from './probe.ts';
import {readCpuSeconds} from './process-usage.ts';
import {promptCursor, selectedName, titles} from './screen-reading.ts';

const bytesMax = 600;
const moves = 150;
const pages = 60;
const sorts = 40;
const filter = 'proxy message!=x';
const filterRounds = 4;

/** Times of each group of keys; `limit` in milliseconds, where these keys have one. */
export async function measureKeys(probe: Probe, when: string, limit: number | undefined): Promise<Figure[]> {
  const figures: Figure[] = [];
  const measure = async (name: string, run: () => Promise<number[]>): Promise<void> => {
    await toTop(probe);
    const cpuBefore = readCpuSeconds(probe.pid);
    const times = await run();
    const cpuMs = ((readCpuSeconds(probe.pid) - cpuBefore) * 1000) / times.length;
    // Processor time says what the program costs where the wall clock mostly says how busy the machine is.
    const note = `p95; ${spread(times)}; ${cpuMs.toFixed(1)} ms of processor time a key`;
    figures.push({target: '', name: `key → write, ${name} (${when})`, limit, measured: quantile(times, 0.95), unit: 'ms', note});
  };
  const press = (key: string, count: number, read: (terminal: PtyTerminal) => unknown): Promise<number[]> =>
    samples(count, () => probe.timeUntil(() => probe.press(key), changed(probe, read)));
  await measure('cursor', () => press('j', moves, selectedName));
  await measure('page', () => press('ctrl-f', pages, selectedName));
  await measure('filter', () => measureFilter(probe));
  await measure('sort', () => press('>', sorts, titles));
  probe.press('N');
  await probe.waitFor(/NAME↑/);
  return figures;
}

/** Without any event, so that a frame is of the key alone. */
export async function measureBytes(probe: Probe): Promise<Figure[]> {
  await toTop(probe);
  const within = await bytesOfMoves(probe, 30);
  probe.type('j'.repeat(60));
  await pause(500);
  const scrolling = await bytesOfMoves(probe, 30);
  const figure = (name: string, limit: number | undefined, sizes: readonly number[]): Figure => {
    return {target: '', name, limit, measured: quantile(sizes, 0.95), unit: 'B', note: `p95; ${spread(sizes)}`};
  };
  return [figure('bytes of a cursor move', bytesMax, within), figure('bytes of a cursor move that scrolls', undefined, scrolling)];
}

async function bytesOfMoves(probe: Probe, count: number): Promise<number[]> {
  const sizes: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const mark = probe.mark();
    await probe.timeUntil(() => probe.press('j'), changed(probe, selectedName));
    await pause(60);
    sizes.push(mark.bytes());
  }
  return sizes;
}

/** All in one write, as a terminal sends them that was held up: the cursor must stand where as many single keys bring it. */
export async function measureChunk(probe: Probe): Promise<Figure> {
  const keys = 200;
  await toTop(probe);
  for (let index = 0; index < keys; index += 1) await probe.timeUntil(() => probe.press('j'), changed(probe, selectedName));
  const wanted = selectedName(probe);
  await toTop(probe);
  const ms = await probe.timeUntil(
    () => probe.type('j'.repeat(keys)),
    terminal => selectedName(terminal) === wanted,
  );
  // A cursor that went too far would have passed here.
  await pause(500);
  const lost = selectedName(probe) === wanted ? 0 : keys;
  return {target: '', name: 'keys lost of 200 in one chunk', limit: 0, measured: lost, unit: '', note: `shown after ${ms.toFixed(0)} ms`};
}

async function measureFilter(probe: Probe): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < filterRounds; round += 1) {
    await probe.timeUntil(
      () => probe.press('/'),
      terminal => promptCursor(terminal) !== undefined,
    );
    for (const character of filter) {
      times.push(await probe.timeUntil(() => probe.type(character), changed(probe, promptCursor)));
      await breathe();
    }
    for (const _ of filter) {
      times.push(await probe.timeUntil(() => probe.press('backspace'), changed(probe, promptCursor)));
      await breathe();
    }
    probe.press('esc');
    await probe.waitFor(lines => !/^ \//.test(lines.at(-1) ?? ''));
  }
  return times;
}

async function samples(count: number, one: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    times.push(await one());
    await breathe();
  }
  return times;
}

/** A held key comes 30 times a second; an uneven pause keeps the keys from falling into step with the flushes of data. */
function breathe(): Promise<void> {
  return pause(20 + Math.random() * 30);
}

function changed<Value>(probe: PtyTerminal, read: (terminal: PtyTerminal) => Value): (terminal: PtyTerminal) => boolean {
  const before = read(probe);
  return terminal => {
    const now = read(terminal);
    return now !== undefined && now !== before;
  };
}

async function toTop(probe: Probe): Promise<void> {
  probe.press('g');
  // Already there is there: nothing tells it but that the screen rests.
  await pause(300);
}
