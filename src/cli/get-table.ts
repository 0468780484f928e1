/** One table read once and laid out as text, columns apart by three spaces as kubectl does. */
import {english} from '../domain/messages/english.ts';
import {say} from '../domain/messages/phrase.ts';
import type {SourceStatus} from '../domain/source.ts';
import {fitText, textWidth, visibleText} from '../ui/width.ts';
import type {Kind} from '../views/app-screens.ts';
import {shownColumns} from '../views/columns.ts';
import {TableModel} from '../views/table-model.ts';
import {type TableScope, TableSource} from '../views/table-source.ts';
import {plainVerdictText} from '../views/verdict-text.ts';
import {judgeRow} from '../views/view-row.ts';
import type {ClusterSession} from './session.ts';
import {systemClock} from './system-clock.ts';

export type PrintedTable = {
  readonly status: SourceStatus;
  /** Objects found, before `--problems`. */
  readonly total: number;
  readonly rows: readonly {readonly uid: string; readonly name: string}[];
  readonly text: string;
};

export async function readTable(
  session: ClusterSession,
  kind: Kind,
  scope: TableScope,
  choice: {isWide: boolean; isProblemsOnly: boolean},
): Promise<PrintedTable> {
  const source = new TableSource(session, systemClock, kind.resource, kind.view, scope);
  await session.until(() => source.isSettled());
  const seen = source.seen(systemClock.now());
  const view = source.view();
  const columns = shownColumns(view, {
    version: kind.resource.version,
    hasNamespace: kind.resource.isNamespaced && scope.namespace === undefined,
    isWide: choice.isWide,
    verdictText: (verdict, at) => plainVerdictText(verdict, at.now, sentence => say(english, sentence)),
  });
  const model = new TableModel<unknown>((row, at) => judgeRow(view, row, at), {
    columns,
    order: view.sort,
    isProblemsOnly: choice.isProblemsOnly,
    matches: () => true,
  });
  model.update(source.entries(), seen);
  const lines = [
    columns.map(column => column.title),
    ...model.shown.map(row => columns.map(column => visibleText(column.text(row, seen)))),
  ];
  const status = source.status();
  source.close();
  return {
    status,
    total: model.total,
    rows: model.shown.map(({entry}) => ({uid: entry.uid, name: entry.name})),
    text: layOut(lines),
  };
}

function layOut(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => lines.reduce((widest, line) => Math.max(widest, textWidth(line[column] ?? '')), 0));
  return lines
    .map(
      line =>
        `${line
          .map((cell, column) => fitText(cell, widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}
