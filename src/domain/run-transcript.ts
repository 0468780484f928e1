/** The record of a run as Markdown, for whoever asks a month later who did what, why, and what it was before. */
import {isFields} from './fields.ts';
import {targetText} from './run.ts';
import type {Transcript, TranscriptEntry} from './run-desk.ts';

/** `visible` makes control characters of cluster text visible. */
export function transcriptText({run, entries, brokenAt}: Transcript, visible: (text: string) => string): string {
  const {meta, spec, status} = run;
  const lines = [
    `# ${meta.name}`,
    '',
    `- runbook: ${spec.runbook.name} version ${status.plan?.runbookVersion ?? '?'}`,
    `- target: ${status.target?.kind ?? ''} ${targetText(spec)} (uid ${status.target?.uid ?? ''})`,
    `- asked by: ${spec.requestedBy?.user ?? 'unknown'}`,
    `- result: ${status.phase}, ${status.progress} steps`,
    `- from ${status.startedAt ?? '?'} to ${status.finishedAt ?? '?'}`,
    `- plan: ${status.plan?.digest ?? ''}`,
    `- log: ${entries.length} entries, ${brokenAt === undefined ? `chain holds, head ${status.log.headDigest}` : `BROKEN at entry ${brokenAt}`}`,
    '',
    ...entries.flatMap(entryLines),
  ];
  return lines.map(visible).join('\n');
}

function entryLines({at, by, kind, step, text, data}: TranscriptEntry): readonly string[] {
  const effects = Array.isArray(data?.effects) ? data.effects.filter(isFields) : [];
  return [
    `- ${at} ${kind}${step === '' ? '' : ` [${step}]`} ${text} (${by})`,
    ...effects.flatMap(effect => [
      `    - ${String(effect.what)}`,
      `      $ ${String(effect.command)}`,
      ...(isFields(effect.inverse) ? [`      before: ${JSON.stringify(effect.inverse)}`] : []),
      ...(isFields(effect.before) ? [`      before: ${JSON.stringify(effect.before)}`] : []),
    ]),
    ...(isFields(data?.facts) && Object.keys(data.facts).length > 0 ? [`    - facts: ${JSON.stringify(data.facts)}`] : []),
  ];
}
