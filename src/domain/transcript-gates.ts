/** Who agreed to what, when and why, by the log of a run: for the lines of its transcript and for the table above them. */
import {type Fields, isFields, readField} from './fields.ts';
import type {StepStatus} from './run.ts';
import type {TranscriptEntry} from './run-desk.ts';

/** What one person said at a gate, as the log has it; '' for what an older record does not hold. */
type Word = {
  readonly by: string;
  readonly groups: string;
  readonly kind: string;
  readonly name: string;
  readonly createdAt: string;
  readonly reason: string;
};

function wordsIn(data: Fields | undefined): readonly Word[] {
  const approvals = Array.isArray(data?.approvals) ? data.approvals.filter(isFields) : [];
  return approvals.map(approval => {
    const text = (name: string): string => {
      const value = readField(approval, name);
      return typeof value === 'string' ? value : '';
    };
    const groups = Array.isArray(approval.groups) ? approval.groups.join(', ') : '';
    return {by: text('by'), groups, kind: text('kind'), name: text('name'), createdAt: text('createdAt'), reason: text('reason')};
  });
}

export function wordLines(data: Fields | undefined): readonly string[] {
  return wordsIn(data).map(({by, groups, kind, name, createdAt, reason}) => {
    const given = createdAt === '' ? '' : `, given ${createdAt}`;
    return `    - ${kind} ${name} by ${by}${groups === '' ? '' : ` (groups ${groups})`}${given}; reason: ${reason === '' ? 'none given' : reason}`;
  });
}

const answers: Readonly<Record<string, string>> = {'gate-passed': 'passed', 'gate-rejected': 'REJECTED', decision: 'answered'};

/** One row for each word that counted, and one for each gate that still waits. */
export function gateRows(entries: readonly TranscriptEntry[], steps: readonly StepStatus[]): readonly (readonly string[])[] {
  const said = entries.flatMap(entry => {
    const answer = answers[entry.kind];
    const words = answer === undefined ? [] : wordsIn(entry.data);
    return words.map(({by, groups, kind, name, createdAt, reason}) => [
      gateOf(entry),
      answer ?? '',
      `${by}${groups === '' ? '' : ` (${groups})`}`,
      `${kind} ${name}`,
      createdAt === '' ? '?' : createdAt,
      entry.at,
      reason === '' ? '-' : reason,
    ]);
  });
  const waiting = steps.flatMap(({gate, state}) =>
    gate === undefined || gate.openedAt === '' || gate.have >= gate.required || state === 'Succeeded' || state === 'Skipped'
      ? []
      : [[gate.id, `open since ${gate.openedAt}: ${gate.have} of ${gate.required}`, '-', '-', '-', '-', '-']],
  );
  return [...said, ...waiting];
}

function gateOf({text, step, data}: TranscriptEntry): string {
  if (typeof data?.gate === 'string') return data.gate;
  return /^([\w./-]+): /.exec(text)?.[1] ?? step;
}
