/** What stands above the log of a run: who asked for what, who had to agree and did, how it went, who carried it. */
import {humanDuration} from './age.ts';
import {maskObject} from './page/mask.ts';
import type {ApprovalRule, Run, StepStatus} from './run.ts';
import type {Transcript, TranscriptEntry} from './run-desk.ts';
import {gateRows} from './transcript-gates.ts';

export function transcriptSummary({run, entries, brokenAt}: Transcript): readonly string[] {
  const {meta, spec, status} = run;
  return [
    `# ${meta.name}`,
    '',
    `- runbook: ${spec.runbook.name} version ${status.plan?.runbookVersion ?? '?'}`,
    `- target: ${targetWords(run)}`,
    `- asked by: ${requesterWords(run)}`,
    ...parameterLines(run),
    ...approvalLines(spec.approvals),
    `- result: ${resultWords(run)}`,
    `- from ${status.startedAt ?? '?'} to ${status.finishedAt ?? '?'}${tookWords(status.startedAt, status.finishedAt, ', ')}`,
    `- plan: ${status.plan?.digest ?? ''}`,
    `- log: ${entries.length} entries, ${brokenAt === undefined ? `chain holds, head ${status.log.headDigest}` : `BROKEN at entry ${brokenAt}`}`,
    `- the whole record, with every object as it stood: deckhand runbook export ${meta.name} -o json`,
    '',
    ...table('Gates', ['gate', 'answer', 'by', 'as', 'given', 'counted', 'reason'], gateRows(entries, status.steps)),
    ...table('Steps', ['step', 'state', 'from', 'to', 'took', 'attempts'], status.steps.map(stepRow)),
    ...takeoverLines(entries),
  ];
}

function targetWords({spec, status: {target}}: Run): string {
  const asked = typeof spec.parameters.target === 'string' ? spec.parameters.target : '';
  if (target === undefined) return asked;
  return `${target.kind} ${target.namespace === undefined ? '' : `${target.namespace}/`}${target.name} (uid ${target.uid})`;
}

function requesterWords({spec: {requestedBy}}: Run): string {
  if (requestedBy === undefined) return 'unknown';
  return `${requestedBy.user}${requestedBy.groups.length === 0 ? '' : ` (groups ${requestedBy.groups.join(', ')})`}`;
}

function parameterLines({spec}: Run): readonly string[] {
  const {parameters} = maskObject({parameters: spec.parameters});
  const lines = Object.entries(parameters).map(
    ([name, value]) => `    - ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return lines.length === 0 ? [] : ['- parameters, as asked:', ...lines];
}

function approvalLines(rules: readonly ApprovalRule[]): readonly string[] {
  const others = 'the requester’s own Consent, or an Approval by anybody else';
  if (rules.length === 0) return [`- had to agree: spec.approvals asks for nobody; any gate took ${others}`];
  return [
    '- had to agree (spec.approvals; never the requester):',
    ...rules.map(({gate, required, groups, users, expiresAfterSeconds}) => {
      const whose = [groups.length === 0 ? '' : `groups ${groups.join(', ')}`, users.length === 0 ? '' : `users ${users.join(', ')}`];
      const of = whose.filter(text => text !== '').join('; ');
      const expiry = expiresAfterSeconds === undefined ? '' : `, within ${humanDuration(expiresAfterSeconds * 1000)}`;
      return `    - ${gate === '*' ? 'every gate' : `gate ${gate}`}: ${required} of ${of === '' ? 'anybody' : of}${expiry}`;
    }),
    ...(rules.some(({gate}) => gate === '*') ? [] : [`    - other gates: ${others}`]),
  ];
}

function resultWords({status: {phase, progress, conditions}}: Run): string {
  const why = conditions.find(({type, status}) => type === phase && status === 'True')?.message ?? '';
  return `${phase}, ${progress} steps${why === '' ? '' : `: ${why}`}`;
}

function stepRow({id, state, startedAt = '-', finishedAt = '-', attempts}: StepStatus): readonly string[] {
  return [id, state, startedAt, finishedAt, tookWords(startedAt, finishedAt) || '-', String(attempts)];
}

function tookWords(from: string | undefined, to: string | undefined, before = ''): string {
  const took = Date.parse(to ?? '') - Date.parse(from ?? '');
  return Number.isNaN(took) ? '' : `${before}${humanDuration(took)}`;
}

/** Apart from the ordinary: an engine that wakes up for an answer takes a run over as well. */
function takeoverLines(entries: readonly TranscriptEntry[]): readonly string[] {
  const taken = entries.filter(({kind}) => kind === 'taken-over');
  const lines = taken.map(({at, by, text}) => `- ${at} ${text} (${by})`);
  return lines.length === 0 ? [] : ['## Taken over', '', ...lines, ''];
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [`## ${title}`, '', line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line), ''];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
