/** Conditions and events of an object as lines of its page. */
import {humanDuration} from '../domain/age.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {conditionRows} from '../domain/page/conditions.ts';
import {objectEvents} from '../domain/page/object-events.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Tone} from '../ui/theme.ts';
import {fitText, textWidth} from '../ui/width.ts';

type Say = (sentence: Phrase) => string;
type Cell = {readonly text: string; readonly tone?: Tone};

export function conditionLines(object: KubeObject, now: number, say: Say): readonly PaneLine[] {
  const rows = conditionRows(object);
  if (rows.length === 0) return [note(say(phrase('screen.noConditions')))];
  return alignedLines(
    ['TYPE', 'STATUS', 'AGE', 'REASON', 'MESSAGE'],
    rows.map(row => [{text: row.type}, {text: row.status}, ageCell(row.since, now), {text: row.reason}, {text: row.message, tone: 'dim'}]),
  );
}

export function eventLines(events: readonly KubeObject[], object: KubeObject | undefined, now: number, say: Say): readonly PaneLine[] {
  const {metadata, kind = ''} = object ?? {metadata: {name: '', uid: ''}};
  const rows = objectEvents(events, {kind, name: metadata.name, namespace: object?.metadata.namespace ?? '', uid: metadata.uid});
  if (rows.length === 0) return [note(say(phrase('screen.noEvents')))];
  return alignedLines(
    ['LAST SEEN', 'COUNT', 'TYPE', 'REASON', 'FROM', 'MESSAGE'],
    rows.map(row => [
      ageCell(row.last, now),
      {text: row.count === 0 ? '' : String(row.count)},
      {text: row.type, ...(row.type === 'Warning' ? {tone: 'waiting' as const} : {})},
      {text: row.reason},
      {text: row.source, tone: 'dim'},
      {text: row.message},
    ]),
  );
}

function ageCell(time: number | undefined, now: number): Cell {
  return {text: time === undefined ? '' : humanDuration(now - time), tone: 'dim'};
}

function note(text: string): PaneLine {
  return {segments: [{text, tone: 'dim'}]};
}

/** Columns as wide as their widest text; the last one runs on. */
function alignedLines(titles: readonly string[], rows: readonly (readonly Cell[])[]): readonly PaneLine[] {
  const widths = titles.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[column]?.text ?? '')), title.length),
  );
  const line = (cells: readonly Cell[]): PaneLine => ({
    segments: cells.map(({text, tone}, column) => {
      const padded = column === titles.length - 1 ? text : `${fitText(text, widths[column] ?? 0)}  `;
      return tone === undefined ? {text: padded} : {text: padded, tone};
    }),
  });
  return [line(titles.map(text => ({text, tone: 'title' as const}))), ...rows.map(line)];
}
