/** An AppendFile in memory, which outlives whoever writes to it and can fail before, within or after a line. */
import type {AppendFile} from '../../src/engine/journal-file.ts';

export type WriteFault = 'before' | 'within' | 'after';

export class MemoryFile implements AppendFile {
  readonly path = '/state/deckhand/journal.jsonl';
  bytes = Buffer.alloc(0);
  readonly aside: string[] = [];
  /** Asked before each write; throws `error` where a fault is to strike. */
  strike: () => {readonly fault: WriteFault; readonly error: Error} | undefined = () => undefined;

  get text(): string {
    return this.bytes.toString('utf8');
  }

  set text(text: string) {
    this.bytes = Buffer.from(text);
  }

  get lines(): readonly string[] {
    return this.text.split('\n').filter(line => line !== '');
  }

  async readAll(): Promise<string> {
    return this.text;
  }

  async append(text: string, bytes: number): Promise<void> {
    const struck = this.strike();
    if (struck?.fault === 'before') throw struck.error;
    if (this.bytes.length !== bytes) throw new Error('somebody else has written');
    const added = Buffer.from(text);
    this.bytes = Buffer.concat([this.bytes, struck?.fault === 'within' ? added.subarray(0, added.length / 2) : added]);
    if (struck !== undefined) throw struck.error;
  }

  async cut(bytes: number): Promise<void> {
    this.bytes = this.bytes.subarray(0, bytes);
  }

  async setAside(): Promise<string> {
    this.aside.push(this.text);
    this.text = '';
    return `${this.path}.${this.aside.length}`;
  }
}
