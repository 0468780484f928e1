/** What a key costs: the time until the frame that shows it begins, the bytes of that frame, and that none is lost. */
import type {PtyTerminal} from '../test/support/screen/pty-terminal.ts';
import {type Figure, quantile, spread} from './figures.ts';
import {pause} from './pause.ts';
import type {Probe} from './probe.ts';
import {promptCursor, selectedName, titles} from './screen-reading.ts';

const bytesMax = 600;
const moves = 150;
const pages = 60;
const sorts = 40;
const filter = 'proxy message!=x';
const filterRounds = 4;

/** Times of each group of keys; `limit` in milliseconds, where these keys have one. */
export async function measureKeys(probe: Probe, when: string, limit: number | undefined): Promise<Figure[]> {
  const figure = (name: string, samples: readonly number[]): Figure => {
    const note = `p95; ${spread(samples)}`;
    return {target: '', name: `key → write, ${name} (${when})`, limit, measured: quantile(samples, 0.95), unit: 'ms', note};
  };
  await toTop(probe);
  const down = await samples(moves, () => probe.timeUntil(() => probe.press('j'), changed(probe, selectedName)));
  await toTop(probe);
  const paging = await samples(pages, () => probe.timeUntil(() => probe.press('ctrl-f'), changed(probe, selectedName)));
  await toTop(probe);
  const filtering = await measureFilter(probe);
  const sorting = await samples(sorts, () => probe.timeUntil(() => probe.press('>'), changed(probe, titles)));
  probe.press('N');
  await probe.waitFor(/NAME↑/);
  await toTop(probe);
  return [figure('cursor', down), figure('page', paging), figure('filter', filtering), figure('sort', sorting)];
}

/** Without any event, so that a frame is of the key alone. */
export async function measureBytes(probe: Probe): Promise<Figure[]> {
  await toTop(probe);
  const sizes: number[] = [];
  for (let index = 0; index < 30; index += 1) {
    const mark = probe.mark();
    await probe.timeUntil(() => probe.press('j'), changed(probe, selectedName));
    await pause(60);
    sizes.push(mark.bytes());
  }
  const note = `p95; ${spread(sizes)}`;
  return [{target: '', name: 'bytes of a cursor move', limit: bytesMax, measured: quantile(sizes, 0.95), unit: 'B', note}];
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
