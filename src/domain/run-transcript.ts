/** The record of a run as Markdown, for whoever asks a month later who did what, why, on whose word, and what it was before. */
import {canonicalJson} from './canonical-json.ts';
import {type Fields, isFields} from './fields.ts';
import type {Transcript, TranscriptEntry} from './run-desk.ts';
import {wordLines} from './transcript-gates.ts';
import {transcriptSummary} from './transcript-summary.ts';
import {writtenLines} from './transcript-writes.ts';

/** `visible` makes control characters of cluster text visible. */
export function transcriptText(transcript: Transcript, visible: (text: string) => string): string {
  const {entries} = transcript;
  const planned = entries.find(({kind}) => kind === 'planned')?.data?.facts;
  const lines = [...transcriptSummary(transcript), '## Log', '', ...entries.flatMap(entry => entryLines(entry, entries, planned))];
  return lines.map(visible).join('\n');
}

function entryLines(entry: TranscriptEntry, entries: readonly TranscriptEntry[], planned: unknown): readonly string[] {
  const {at, by, kind, step, text, data} = entry;
  const effects = Array.isArray(data?.effects) ? data.effects.filter(isFields) : [];
  return [
    `- ${at} ${kind}${step === '' ? '' : ` [${step}]`} ${text} (${by})`,
    ...wordLines(data),
    ...effects.flatMap(writtenLines),
    ...factLines(entry, entries, planned),
  ];
}

/** What a decision stands on: where it is asked for, and again where it is given. */
function factLines(entry: TranscriptEntry, entries: readonly TranscriptEntry[], planned: unknown): readonly string[] {
  const {kind, data} = entry;
  const digest = data?.evidenceDigest;
  const facts = isFields(data?.facts) ? data.facts : shownAt(entry, entries);
  if (facts === undefined || Object.keys(facts).length === 0) return [];
  const isOfPlan = kind !== 'planned' && isFields(planned) && canonicalJson(facts) === canonicalJson(planned);
  const head = `    - ${kind === 'gate-passed' ? 'agreed to these facts' : 'facts'}${typeof digest === 'string' ? ` (digest ${digest})` : ''}`;
  if (isOfPlan) return [`${head}: those of the plan, above`];
  return [`${head}:`, ...Object.entries(facts).map(([name, value]) => `        - ${name}: ${sayValue(value)}`)];
}

/** The facts whose digest the approvals bear; an older record does not name it, and the last ones shown were meant. */
function shownAt({kind, step, data}: TranscriptEntry, entries: readonly TranscriptEntry[]): Fields | undefined {
  if (kind !== 'gate-passed') return undefined;
  const opened = entries.findLast(
    other => other.kind === 'gate-opened' && other.step === step && other.data?.evidenceDigest === data?.evidenceDigest,
  );
  return isFields(opened?.data?.facts) ? opened.data.facts : undefined;
}

function sayValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
