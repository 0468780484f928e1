/** What one view is: a kind, the facts kept of each object, the columns made of them, and the verdict. One file a view. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {Phrase} from '../domain/messages/phrase.ts';
import type {ColumnKind, ColumnValue} from '../domain/query/column-kind.ts';
import type {Run} from '../domain/run.ts';
import type {Verdict, VerdictWord} from '../domain/verdict.ts';
import type {Action} from './action.ts';
import type {LastRun} from './last-run.ts';
import type {Lead} from './lead.ts';
import type {Picture} from './picture.ts';

export type CellValue = ColumnValue;

/** What a cell or a verdict may know beside the object's own facts. */
export type Seen = {
  /** Wall clock, epoch milliseconds, on the grid of the screen. */
  readonly now: number;
  /** Until when related sources are known to be so, where one of them has broken off; `now` where absent. */
  readonly asOf?: number;
  /** The facts of a related source, [] until it answered; undefined where the user may not read it. */
  related<Facts>(name: string): readonly Facts[] | undefined;
  /** The related source has answered; what it said may be nothing. */
  isRead?(name: string): boolean;
  /** What the record of a related run says. */
  lastRun?<Facts>(name: string): LastRun<Facts>;
  /** What the view's own `digest` made of all rows; undefined until there are rows, and where nobody keeps one. */
  digest?<Digest>(): Digest | undefined;
};

export type Column<Facts> = {
  /** As kubectl prints it. */
  readonly title: string;
  readonly kind: ColumnKind;
  /** 1 = only in wide mode, as the CRD's printer columns say. */
  readonly priority?: 0 | 1;
  /** When it gives way in a narrow table: before the others where the verdict says the same or few need it, or after them. */
  readonly leaves?: 'last' | 'early' | 'first';
  /** Tells the rows apart where the view has no NAME: it stays while the others scroll sideways. */
  readonly isKey?: boolean;
  /** Stands behind AGE, where kubectl prints it there. */
  readonly isAfterAge?: boolean;
  /** Only where the kind is read at one of these versions; always where absent. */
  readonly versions?: readonly string[];
  /** What sorting and filtering compare, and what is printed unless `text` says otherwise. */
  value(facts: Facts, seen: Seen): CellValue;
  /** What is printed where that is more than the value: RESTARTS has the value 3 and the text `3 (2m ago)`. */
  text?(facts: Facts, seen: Seen): string;
};

/** A line of its own under a row that needs more than one reason, such as a source's modules that have errors. */
export type Line = {readonly label: string; readonly word: VerdictWord; readonly reason: Phrase};

/** What Enter shows in place of the object's page: a table of the parts of one object, such as a pod's containers. */
export type Parts<Part = unknown> = {
  /** For the crumbs: `containers`. */
  readonly name: string;
  /** Read from the whole object, which is watched while it is open; throws UnreadableField. */
  parts(object: KubeObject): readonly Part[];
  /** Tells the parts of one object apart; shown as NAME. */
  partName(part: Part): string;
  readonly columns: readonly Column<Part>[];
  verdict(part: Part, seen: Seen): Verdict;
};

/** Another kind whose facts columns or verdicts need; watched while the view is open. */
export type Related = {
  readonly name: string;
  readonly resource: ViewResource;
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Opened only when a row asks for it, since few have to do with it. */
  readonly isLazy?: true;
  /** `seenAt`: when this state of the object came here, epoch milliseconds by our clock. */
  facts(object: KubeObject, seenAt: number): unknown;
};

/** The newest run of a runbook that succeeded, where verdicts need what its record says. */
export type RelatedRun = {readonly name: string; readonly runbooks: readonly string[]; read(run: Run): unknown};

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
  /** false where kubectl's table does not begin with NAME; the view then has a column of its own for it. */
  readonly hasName?: boolean;
  /** false where kubectl prints no AGE for this kind. */
  readonly hasAge: boolean;
  verdict(facts: Facts, seen: Seen): Verdict;
  /** Made once for each change of the collection, for verdicts that depend on a row's siblings. */
  digest?(rows: Iterable<Facts>): unknown;
  lines?(facts: Facts, seen: Seen): readonly Line[];
  /** Enter opens the object's page where absent. */
  readonly parts?: Parts;
  readonly related?: readonly Related[];
  readonly relatedRuns?: readonly RelatedRun[];
  /** What Enter shows in place of the object's page, and what stands beside a run on an object of this kind. */
  readonly picture?: Picture;
  /** What keys start on a row. */
  readonly actions?: readonly Action<Facts>[];
  readonly leads?: readonly Lead<Facts>[];
  /** Initial order; by namespace and name where absent. */
  readonly sort?: {readonly column: string; readonly isDescending: boolean};
};

export function defineView<Facts>(view: View<Facts>): View<Facts> {
  return view;
}
