/** Damage to what passes in and out of commands in the lab's pods: cut, shortened or mangled, as broken links and terminals do it. */
import {once} from 'node:events';
import type {ProcessExit, ProcessIo} from '../../../src/embedded/apiserver/pod-runtime.ts';

/**
 * `cut`: everything has passed, and the connection is gone before the outcome is told. `short`: the last kilobyte is missing, and the
 * outcome is that of the command. `mangled`: a CR stands before each LF.
 */
export type DamageKind = 'cut' | 'short' | 'mangled';

type Planned = {readonly kind: DamageKind; readonly hits: (command: readonly string[]) => boolean; times: number};

const heldBytes = 1024;
const [lineFeed, carriageReturn] = [0x0a, 0x0d];

export class ExecDamage {
  /** What was done so far, in order. */
  readonly done: DamageKind[] = [];
  readonly #cut: () => void;
  #planned: Planned[] = [];

  /** `cut` resets the connections of whoever asked. */
  constructor(cut: () => void) {
    this.#cut = cut;
  }

  /** To so many of those commands, one after another; plans come in the order in which they were made. */
  plan(kind: DamageKind, hits: Planned['hits'], times = 1): void {
    this.#planned.push({kind, hits, times});
  }

  heal(): void {
    this.#planned = [];
  }

  async around(command: readonly string[], io: ProcessIo, run: (io: ProcessIo) => Promise<ProcessExit>): Promise<ProcessExit> {
    const due = this.#planned.find(({hits, times}) => times > 0 && hits(command));
    if (due === undefined) return run(io);
    due.times -= 1;
    this.done.push(due.kind);
    if (due.kind !== 'cut') return run(damaged(io, due.kind === 'short' ? shortened : mangled));
    const exit = await run(io);
    this.#cut();
    if (!io.signal.aborted) await once(io.signal, 'abort');
    return exit;
  }
}

/** What comes of the bytes, piece by piece. */
type Change = () => (bytes: Uint8Array) => Uint8Array;

function damaged(io: ProcessIo, change: Change): ProcessIo {
  const onTheWayOut = change();
  return {
    ...io,
    input: changed(io.input, change()),
    write: (stream, bytes) => io.write(stream, stream === 'stdout' ? onTheWayOut(Buffer.from(bytes)) : bytes),
  };
}

async function* changed(input: AsyncIterable<Uint8Array>, change: (bytes: Uint8Array) => Uint8Array): AsyncIterable<Uint8Array> {
  for await (const bytes of input) yield change(bytes);
}

function shortened(): (bytes: Uint8Array) => Uint8Array {
  let held = Buffer.alloc(0);
  return bytes => {
    const all = Buffer.concat([held, bytes]);
    const passed = Math.max(0, all.length - heldBytes);
    held = all.subarray(passed);
    return all.subarray(0, passed);
  };
}

function mangled(): (bytes: Uint8Array) => Uint8Array {
  return bytes => Uint8Array.from([...bytes].flatMap(byte => (byte === lineFeed ? [carriageReturn, lineFeed] : [byte])));
}
