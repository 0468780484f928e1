/** A process beside the test that ends the started programs and removes their folder, whichever way the test process ends. */
import type {ChildProcessByStdio} from 'node:child_process';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import type {Writable} from 'node:stream';

/** PostgreSQL outlives the Patroni that started it, and notes its number in its folder. Reads `+ PID` and `- PID`; the end of its input is the end of whoever held the other side of the pipe, SIGKILL included. */
const SCRIPT = `
pids=' '
while read -r sign pid; do
  case "$sign" in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% "$pid" *} \${pids#* "$pid" }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid"; done
find "$1" -name postmaster.pid | while read -r file; do
  pid=$(head -n 1 "$file")
  # It works in its folder of data; a number that another process has by now does not.
  if [ "$(readlink "/proc/$pid/cwd")" = "$(dirname "$file")" ]; then kill -9 "$pid"; fi
done
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`;

export class OrphanGuard {
  readonly #shell: ChildProcessByStdio<Writable, null, null>;
  readonly #closed: Promise<unknown>;

  /** Guards `folder`, which it removes at the end. */
  constructor(folder: string) {
    // Detached: an interrupt from the keyboard goes to the whole foreground group and must not end the guard first.
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'orphan-guard', folder], {detached: true, stdio: ['pipe', 'ignore', 'ignore']});
    this.#closed = once(this.#shell, 'exit');
    this.#shell.unref();
  }

  add(pid: number): void {
    this.#shell.stdin.write(`+ ${pid}\n`);
  }

  remove(pid: number): void {
    this.#shell.stdin.write(`- ${pid}\n`);
  }

  /** Ends what is still running, removes the folder and resolves when both are done. */
  async release(): Promise<void> {
    this.#shell.ref();
    this.#shell.stdin.end();
    await this.#closed;
  }
}
