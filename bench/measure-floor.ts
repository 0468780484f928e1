/** What this machine and the bench cost by themselves: a program in the pty that answers each key with a frame of nothing. */
import process from 'node:process';
import {type Figure, quantile, spread} from './figures.ts';
import {pause} from './pause.ts';
import {openProbe} from './probe.ts';

const keys = 100;

const echo = `
  let count = 0;
  const frame = () => process.stdout.write('\\x1b[?2026h\\x1b[H' + count++ + '\\x1b[?2026l');
  process.stdin.setRawMode(true).on('data', frame);
  frame();
`;

export async function measureFloor(): Promise<Figure[]> {
  const probe = openProbe({command: process.execPath, args: ['-e', echo]});
  try {
    const startMs = await probe.sinceSpawn(({screen}) => screen()[0] === '0');
    const times: number[] = [];
    for (let index = 1; index <= keys; index += 1) {
      times.push(
        await probe.timeUntil(
          () => probe.type('j'),
          ({screen}) => screen()[0] === String(index),
        ),
      );
      await pause(20 + Math.random() * 30);
    }
    const target = 'empty program';
    return [
      {target, name: 'first frame', limit: undefined, measured: startMs, unit: 'ms', note: 'what Node needs to start, once'},
      {target, name: 'key → write', limit: undefined, measured: quantile(times, 0.95), unit: 'ms', note: `p95; ${spread(times)}`},
    ];
  } finally {
    await probe.close();
  }
}
