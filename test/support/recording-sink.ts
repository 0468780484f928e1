/** A sink that keeps what a source brings, as the store would, and checks that nothing ever goes back. */
import {isOlderVersion} from '../../src/domain/resource-version.ts';
import type {Entry, ServerColumn, SourceChange, SourceSink, SourceStatus} from '../../src/domain/source.ts';

export class RecordingSink<Row> implements SourceSink<Row> {
  readonly entries = new Map<string, Entry<Row>>();
  readonly changed: SourceChange<Row>[] = [];
  readonly statuses: SourceStatus[] = [];
  readonly columnSets: (readonly ServerColumn[])[] = [];
  /** What must never happen: an object at an older version than it was shown at before. */
  readonly stepsBack: string[] = [];

  columns(columns: readonly ServerColumn[]): void {
    this.columnSets.push(columns);
  }

  changes(changes: readonly SourceChange<Row>[]): void {
    for (const change of changes) {
      this.changed.push(change);
      if (change.type === 'delete') this.entries.delete(change.uid);
      else this.#put(change.entry);
    }
  }

  status(status: SourceStatus): void {
    this.statuses.push(status);
  }

  get last(): SourceStatus {
    const status = this.statuses.at(-1);
    if (status === undefined) throw new Error('no status yet');
    return status;
  }

  /** `name@version` of all that is shown, sorted. */
  get shown(): string[] {
    return [...this.entries.values()].map(({name, resourceVersion}) => `${name}@${resourceVersion}`).sort();
  }

  #put(entry: Entry<Row>): void {
    const before = this.entries.get(entry.uid);
    if (before !== undefined && isOlderVersion(entry.resourceVersion, before.resourceVersion)) {
      this.stepsBack.push(`${entry.name}: ${before.resourceVersion} → ${entry.resourceVersion}`);
    }
    this.entries.set(entry.uid, entry);
  }
}
