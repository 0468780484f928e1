/** `audit.jsonl` in the state folder: lines of JSON, on the disk before anybody goes on; shared by all processes of this user. */
import {readdir, rename} from 'node:fs/promises';
import {join} from 'node:path';
import process from 'node:process';
import {type AuditEntry, type AuditTrail, readAuditEntry} from '../../domain/audit.ts';
import type {AuditSink} from '../../engine/audited-run-store.ts';
import {stateFolder} from '../state-folder.ts';
import {appendLines, ownFolder, readOrNothing, sizeOf} from './durable-file.ts';

/** A full file is kept under the time at which it was full. */
const bytesMaxDefault = 8 * 1024 * 1024;

export class AuditFile implements AuditTrail, AuditSink {
  readonly #folder: string;
  readonly #bytesMax: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder = stateFolder(), bytesMax = bytesMaxDefault) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  get path(): string {
    return join(this.#folder, 'audit.jsonl');
  }

  record(entries: readonly AuditEntry[]): Promise<void> {
    const turn = this.#last.then(() => this.#write(entries));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async last(max: number): Promise<readonly AuditEntry[]> {
    const found: AuditEntry[] = [];
    for (const path of [this.path, ...(await this.#older())]) {
      if (found.length >= max) break;
      found.push(...entriesOf(await readOrNothing(path)));
    }
    return found.slice(0, max);
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    await ownFolder(this.#folder);
    const last = entries.at(-1);
    if (last !== undefined && (await sizeOf(this.path)) > this.#bytesMax) await this.#setAside(last.at);
    await appendLines(
      this.path,
      entries.map(entry => JSON.stringify(entry)),
    );
  }

  /** Two processes may find it full at once: the second one finds no file any more, or sets aside a short one. */
  async #setAside(at: string): Promise<void> {
    try {
      await rename(this.path, join(this.#folder, `audit-${at.replaceAll(':', '-')}-${process.pid}.jsonl`));
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    }
  }

  /** Newest first. */
  async #older(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const older = names.filter(name => /^audit-.*\.jsonl$/.test(name)).toSorted();
    return older.toReversed().map(name => join(this.#folder, name));
  }
}

/** Newest first. A line that is torn or none of ours is passed over. */
function entriesOf(bytes: Buffer): readonly AuditEntry[] {
  const lines = bytes.toString('utf8').split('\n').toReversed();
  return lines.flatMap(line => readAuditEntry(parse(line)) ?? []);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
