/** What one view is: a kind, the facts kept of each object, the columns made of them, and the verdict. One file a view. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {Verdict} from '../domain/verdict.ts';

/** 'age' and 'time' take epoch milliseconds (printed as kubectl prints an age); 'duration' takes milliseconds. */
export type ColumnKind = 'text' | 'number' | 'age' | 'time' | 'duration' | 'version' | 'quantity';

export type CellValue = string | number | undefined;

/** What a cell or a verdict may know beside the object's own facts. */
export type Seen = {
  /** Wall clock, epoch milliseconds, on the grid of the screen. */
  readonly now: number;
  /** The facts of a related source, [] until it answered; undefined where the user may not read it. */
  related<Facts>(name: string): readonly Facts[] | undefined;
};

export type Column<Facts> = {
  /** As kubectl prints it. */
  readonly title: string;
  readonly kind: ColumnKind;
  /** 1 = only in wide mode, as the CRD's printer columns say. */
  readonly priority?: 0 | 1;
  value(facts: Facts, seen: Seen): CellValue;
};

/** Another kind whose facts columns or verdicts need; watched while the view is open. */
export type Related = {
  readonly name: string;
  readonly resource: ViewResource;
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  facts(object: KubeObject): unknown;
};

export type ViewResource = {
  readonly group: string;
  readonly plural: string;
  /** Served versions in the order in which this view can read them; discovery's preferred one where absent. */
  readonly versions?: readonly string[];
};

export type View<Facts = unknown> = {
  /** What `:` takes first, and the name under which history and the script face know it: `modules`. */
  readonly name: string;
  readonly resource: ViewResource;
  readonly aliases: readonly string[];
  /** Runs once per object while it streams in; throws UnreadableField on a field of the wrong type. NAME, NAMESPACE and AGE are kept for every view. */
  facts(object: KubeObject): Facts;
  /** Columns between NAME and AGE. VERDICT is always last and not listed. */
  readonly columns: readonly Column<Facts>[];
  /** false where kubectl prints no AGE for this kind. */
  readonly hasAge: boolean;
  verdict(facts: Facts, seen: Seen): Verdict;
  readonly related?: readonly Related[];
  /** Initial order; by namespace and name where absent. */
  readonly sort?: {readonly column: string; readonly isDescending: boolean};
};

export function defineView<Facts>(view: View<Facts>): View<Facts> {
  return view;
}
