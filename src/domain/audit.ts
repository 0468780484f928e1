/** The audit of this machine: what was done through it, one entry for each effect, each decision and each end of a run. */
import {type Fields, isFields, readString} from './fields.ts';

export const auditKinds = ['effect', 'decision', 'run'] as const;

export type AuditEntry = {
  /** RFC 3339. */
  readonly at: string;
  readonly kind: (typeof auditKinds)[number];
  /** Who asked for the run. */
  readonly user: string;
  readonly context: string;
  readonly runbook: string;
  readonly run: string;
  readonly runUid: string;
  readonly target: string;
  /** '' where it is about the whole run. */
  readonly step: string;
  /** `patch Node worker-1`; for a decision and an end the words of it. */
  readonly what: string;
  /** The same for a shell, without secrets. */
  readonly command?: string;
  /** Digests of what stood there, and of what would put it back: the transcript of the run holds both. */
  readonly before?: string;
  readonly inverse?: string;
  readonly outcome: string;
};

export type AuditTrail = {
  /** The last ones, newest first. */
  last(max: number): Promise<readonly AuditEntry[]>;
};

/** undefined where the line is none of ours. */
export function readAuditEntry(line: unknown): AuditEntry | undefined {
  if (!isFields(line)) return undefined;
  const kind = auditKinds.find(each => each === line.kind);
  if (kind === undefined) return undefined;
  try {
    return {
      at: text(line, 'at'),
      kind,
      user: text(line, 'user'),
      context: text(line, 'context'),
      runbook: text(line, 'runbook'),
      run: text(line, 'run'),
      runUid: text(line, 'runUid'),
      target: text(line, 'target'),
      step: text(line, 'step'),
      what: text(line, 'what'),
      ...optional(line, 'command'),
      ...optional(line, 'before'),
      ...optional(line, 'inverse'),
      outcome: text(line, 'outcome'),
    };
  } catch {
    return undefined;
  }
}

function text(line: Fields, name: string): string {
  return readString(line, name) ?? '';
}

function optional<const Name extends string>(line: Fields, name: Name): {readonly [Key in Name]?: string} {
  const made: {[Key in Name]?: string} = {};
  const value = readString(line, name);
  if (value !== undefined) made[name] = value;
  return made;
}
