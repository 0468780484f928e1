/** Runs and plans as text for a terminal or a pipe. */

import type {Run, StepStatus} from '../../domain/run.ts';
import {targetText} from '../../domain/run.ts';
import type {PlanView} from '../../domain/run-desk.ts';
import {journalNamespace} from '../../engine/journal-state.ts';
import {visibleText} from '../../ui/width.ts';

export function planText({runbook, target, risk, digest, notes, steps, checks, usualSeconds, usualOf}: PlanView): string {
  const lines = [`${runbook} on ${target} (${risk})`, ...notes.map(({en}) => `  ! ${en}`), ''];
  for (const [index, {id, title, will, danger, gate, preview, isUndoable, isHarmless, commands}] of steps.entries()) {
    lines.push(`${index + 1}. ${title.en} [${id}]${isUndoable || isHarmless === true ? '' : ', cannot be undone'}`, `   ${will.en}`);
    if (danger !== undefined) lines.push(`   could go wrong: ${danger.en}`);
    if (gate !== undefined) lines.push(`   waits at the gate ${gate}`);
    if (preview.kind === 'no-op') lines.push('   nothing to change now');
    if (preview.kind === 'later') lines.push('   decided when it is reached');
    if (preview.kind === 'not-previewable') lines.push(`   not previewable: ${preview.why}`);
    if (preview.kind === 'previewed') {
      for (const {what, diff} of preview.changes) lines.push(`   ${what}`, ...diff.map(({sign, text}) => `     ${sign} ${text}`));
    }
    lines.push(...commands.map(command => `   $ ${command}`), '');
  }
  lines.push(...checks.map(({state, text}) => `${state === 'pass' ? 'ok  ' : 'FAIL'} ${text}`));
  if (usualSeconds !== undefined)
    lines.push(`${usualOf === 1 ? 'took' : 'usually takes'} ${Math.round(usualSeconds)} s, waits for people not counted`);
  lines.push(`plan ${digest}`);
  return lines.map(visibleText).join('\n');
}

export function runText(run: Run): string {
  const {meta, spec, status} = run;
  const lines = [
    `${meta.name}: ${spec.runbook.name} on ${targetText(spec)}, ${status.phase}, ${status.progress}`,
    `asked by ${spec.requestedBy?.user ?? 'unknown'}${status.holder === undefined ? '' : `, carried by ${status.holder.identity}`}`,
    ...status.steps.map(stepText),
    ...status.conditions.filter(({status: is, message}) => is === 'True' && message !== '').map(({type, message}) => `${type}: ${message}`),
    ...openGates(run),
  ];
  return lines.map(visibleText).join('\n');
}

export function stepText({index, id, state, message}: StepStatus): string {
  return `  ${index + 1}. ${id.padEnd(24)} ${state}${message === '' ? '' : `: ${message}`}`;
}

/** Ready for `kubectl create -f -`: whoever approves need not know more than this. */
function approvalYaml({meta, status}: Run, gate: {readonly id: string; readonly evidenceDigest: string}): string {
  return [
    'apiVersion: deckhand.dev/v1alpha1',
    'kind: RunbookApproval',
    `metadata: {generateName: ${meta.name}-, namespace: ${meta.namespace}}`,
    'spec:',
    `  run: {name: ${meta.name}, uid: ${meta.uid}}`,
    `  gate: ${gate.id}`,
    '  kind: Approval',
    `  planDigest: ${status.plan?.digest ?? ''}`,
    `  evidenceDigest: ${gate.evidenceDigest}`,
    '  decision: Approve',
    '  by: YOUR-USER-NAME',
    '  groups: [YOUR, GROUPS]',
    '  reason: ""',
  ].join('\n');
}

function openGates(run: Run): readonly string[] {
  return run.status.steps.flatMap(({gate}) => {
    if (gate === undefined || gate.have >= gate.required || gate.evidenceDigest === '') return [];
    // Nobody can apply an approval to a journal.
    const yaml = run.meta.namespace === journalNamespace ? [] : approvalYaml(run, gate).split('\n');
    return [
      `waits at the gate ${gate.id}: ${gate.have} of ${gate.required}`,
      `  deckhand runbook approve ${run.meta.name} --gate ${gate.id}`,
      ...yaml.map(line => `  | ${line}`),
    ];
  });
}

export function runsTable(runs: readonly Run[]): string {
  const rows = [
    ['NAME', 'RUNBOOK', 'TARGET', 'PHASE', 'PROGRESS', 'REQUESTED BY', 'STARTED'],
    ...runs.map(({meta, spec, status}) => [
      meta.name,
      spec.runbook.name,
      targetText(spec),
      status.phase,
      status.progress,
      spec.requestedBy?.user ?? '',
      status.startedAt ?? '',
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(row =>
      row
        .map((cell, column) => visibleText(cell).padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
