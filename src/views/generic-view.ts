/** The view of a kind that has none of its own: the server's columns, and what can be judged from them. */
import {judgeGeneric} from '../domain/generic-verdict.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {ColumnKind} from '../domain/query/column-kind.ts';
import {parseDurationMs} from '../domain/query/duration.ts';
import {type Resource, resourceName} from '../domain/resource.ts';
import type {ServerColumn} from '../domain/source.ts';
import {type CellValue, type Column, defineView, type View} from './define-view.ts';

export type GenericFacts = {
  readonly cells: readonly CellValue[];
  /** Epoch milliseconds at which the server made the cells: its ages are as old as that. */
  readonly printedAt: number;
  readonly isDeleting: boolean;
  readonly finalizers: readonly string[];
};

/** Columns that are printed as an age although the server types them as text. */
const ageTitles = new Set(['AGE', 'LAST SEEN', 'FIRST SEEN', 'LAST SCHEDULE']);

export function readGeneric(now: () => number): (object: KubeObject, cells?: readonly unknown[]) => GenericFacts {
  return (object, cells = []) => ({
    cells: cells.map(cell =>
      typeof cell === 'string' || typeof cell === 'number' ? cell : cell === null || cell === undefined ? undefined : JSON.stringify(cell),
    ),
    printedAt: now(),
    isDeleting: object.metadata.deletionTimestamp !== undefined,
    finalizers: object.metadata.finalizers ?? [],
  });
}

export function genericView(resource: Resource, serverColumns: readonly ServerColumn[], now: () => number): View<GenericFacts> {
  const columns = serverColumns.flatMap((column, index): readonly Column<GenericFacts>[] => {
    const title = column.name.toUpperCase();
    if (index === 0 && title === 'NAME') return [];
    if (title === 'AGE') return [];
    const kind = columnKind(column, title);
    return [{title, kind, priority: column.priority > 0 ? 1 : 0, value: facts => cellValue(facts, index, kind)}];
  });
  return defineView<GenericFacts>({
    name: resourceName(resource),
    resource: {group: resource.group, plural: resource.plural, versions: [resource.version]},
    aliases: resource.shortNames,
    facts: readGeneric(now),
    columns,
    hasAge: serverColumns.some(column => column.name.toUpperCase() === 'AGE'),
    verdict: facts =>
      judgeGeneric({
        isDeleting: facts.isDeleting,
        finalizers: facts.finalizers,
        cells: serverColumns.map((column, index) => ({title: column.name.toUpperCase(), text: String(facts.cells[index] ?? '')})),
      }),
  });
}

function columnKind(column: ServerColumn, title: string): ColumnKind {
  if (column.type === 'date' || ageTitles.has(title)) return 'age';
  return column.type === 'integer' || column.type === 'number' ? 'number' : 'text';
}

/** The server prints ages relative to the moment of the event; as a point in time they go on ticking here. */
function cellValue(facts: GenericFacts, index: number, kind: ColumnKind): CellValue {
  const cell = facts.cells[index];
  if (kind !== 'age' || typeof cell !== 'string') return cell;
  const ageMs = parseDurationMs(cell);
  return ageMs === undefined ? cell : facts.printedAt - ageMs;
}
