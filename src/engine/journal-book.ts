/**
 * The open journal: writes one line after the other, each durable before it counts, and holds what they add up to. After a
 * write that failed the file is read anew, so that memory never knows more than the disk.
 */
import type {Log} from '../domain/log.ts';
import {type AppendFile, BrokenJournal} from './journal-file.ts';
import {byteLength, type JournalEnd, journalStart, linkLine, readLines} from './journal-lines.ts';
import {type JournalEntry, type JournalRecord, JournalState} from './journal-state.ts';
import type {EnginePorts} from './ports.ts';

export type JournalOptions = {
  readonly file: AppendFile;
  readonly ports: Pick<EnginePorts, 'clock' | 'random' | 'digest'>;
  /** Of which cluster the journal is: its uid, or what stands for it. */
  readonly cluster: string;
  readonly log: Log;
  /** A journal beyond it is set aside as soon as every run in it has ended. */
  readonly bytesMax?: number;
};

const bytesMaxDefault = 16 * 1024 * 1024;

export class JournalBook {
  readonly #options: JournalOptions;
  #state = new JournalState();
  #end: JournalEnd = journalStart;
  #bytes = 0;
  #isRead = false;
  #last: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<(name: string) => void>();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get path(): string {
    return this.#options.file.path;
  }

  get state(): JournalState {
    return this.#state;
  }

  /** Called with the name of the run after each change of it. */
  subscribe(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Alone with the journal: what is read holds until what is decided on it has been written. */
  use<Value>(work: (writer: JournalWriter) => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(async () => {
      if (!this.#isRead) await this.#read();
      return work({state: () => this.#state, write: entry => this.#write(entry), makeRoom: () => this.#makeRoom()});
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #read(): Promise<void> {
    const {file, ports, log, cluster} = this.#options;
    const {lines, end, bytes, tornBytes, isUnended} = readLines(await file.readAll(), file.path, ports.digest);
    const state = new JournalState();
    lines.forEach((line, index) => {
      if (index === 0) checkOpening(line.fields, file.path, cluster);
      try {
        state.apply(line);
      } catch (error) {
        throw new BrokenJournal(file.path, index + 1, error instanceof Error ? error.message : String(error));
      }
    });
    if (tornBytes > 0) {
      await file.cut(bytes);
      log('warn', 'the last line of the journal was torn and has been cut off; nothing else is lost', {file: file.path, bytes: tornBytes});
    }
    [this.#state, this.#end, this.#bytes] = [state, end, bytes];
    if (isUnended) await this.#append('\n');
    this.#isRead = true;
  }

  /** Returns the number of the line. */
  async #write(entry: JournalEntry): Promise<number> {
    if (this.#bytes === 0) await this.#writeLine({kind: 'opened', cluster: this.#options.cluster});
    return this.#writeLine(entry);
  }

  async #writeLine(entry: JournalEntry): Promise<number> {
    const {ports} = this.#options;
    const fields = {at: new Date(ports.clock.now()).toISOString(), ...entry};
    const {text, end} = linkLine(fields, this.#end, ports.digest);
    await this.#append(`${text}\n`);
    this.#end = end;
    // Read back, so that what was just written and what is read after a restart cannot differ.
    const parsed: Record<string, unknown> = JSON.parse(text);
    const name = this.#state.apply({number: end.number, fields: parsed});
    for (const listener of this.#listeners) listener(name);
    return end.number;
  }

  async #append(text: string): Promise<void> {
    this.#isRead = false;
    await this.#options.file.append(text, this.#bytes);
    this.#bytes += byteLength(text);
    this.#isRead = true;
  }

  async #makeRoom(): Promise<void> {
    const {file, bytesMax = bytesMaxDefault, log, cluster} = this.#options;
    if (this.#bytes <= bytesMax || this.#state.records.some(isOpen)) return;
    this.#isRead = false;
    const name = await file.setAside();
    log('info', 'the journal was full and has been set aside', {file: name});
    [this.#state, this.#bytes] = [new JournalState(), 0];
    await this.#writeLine({kind: 'opened', cluster, follows: name});
  }
}

export type JournalWriter = {
  state(): JournalState;
  write(entry: JournalEntry): Promise<number>;
  /** Sets the journal aside where it is full and nothing in it goes on. */
  makeRoom(): Promise<void>;
};

const ended: ReadonlySet<unknown> = new Set(['Succeeded', 'Failed', 'Aborted']);

function isOpen({object: {metadata, status}}: JournalRecord): boolean {
  const phase = typeof status === 'object' && status !== null && 'phase' in status ? status.phase : undefined;
  return !ended.has(phase) || (metadata.finalizers ?? []).length > 0;
}

function checkOpening({kind, cluster}: Readonly<Record<string, unknown>>, path: string, wanted: string): void {
  if (kind !== 'opened') throw new BrokenJournal(path, 1, 'the beginning is missing');
  if (cluster !== wanted) throw new BrokenJournal(path, 1, `it belongs to another cluster (${String(cluster)}, not ${wanted})`);
}
