/** Module sources: whether a registry is listed on time, and which of its modules cannot be read. */
import {type Deletion, judgeDeletion, readDeletion} from './deletion.ts';
import {readItems, readNumber, readString, readTime} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {phrase} from './messages/phrase.ts';
import {parseDurationMs} from './query/duration.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

export type SourceModuleError = {readonly module: string; readonly error: string};

export type ModuleSourceFacts = {
  readonly name: string;
  readonly modulesCount: number | undefined;
  readonly phase: string | undefined;
  readonly syncTime: number | undefined;
  readonly createdAt: number | undefined;
  /** As the platform writes it; older releases say `Ready` of a healthy source, newer ones nothing. */
  readonly message: string | undefined;
  readonly scanIntervalMs: number;
  /** Only the modules that have one. */
  readonly errors: readonly SourceModuleError[];
  readonly deletion: Deletion | undefined;
};

/** Where the source names none. */
const scanIntervalDefaultMs = 3 * 60_000;
/** So many intervals after the last sync a source is overdue. */
const overdueAfterIntervals = 2;
/** What the platform writes when the errors stand with the modules. */
const seeModulesMessage = 'Some errors occurred. Inspect status for details';

export function readModuleSource(object: KubeObject): ModuleSourceFacts {
  const modules = readItems(object, 'status.modules', item => ({
    module: readString(item, 'name') ?? '',
    // pullError is where older releases write; newer ones leave it blank and fill error.
    error: readString(item, 'error') || readString(item, 'pullError') || '',
  }));
  return {
    name: object.metadata.name,
    modulesCount: readNumber(object, 'status.modulesCount'),
    phase: readString(object, 'status.phase'),
    syncTime: readTime(object, 'status.syncTime'),
    createdAt: readTime(object, 'metadata.creationTimestamp'),
    message: readString(object, 'status.message'),
    scanIntervalMs: parseDurationMs(readString(object, 'spec.scanInterval') ?? '') || scanIntervalDefaultMs,
    errors: modules.filter(({error}) => error !== ''),
    deletion: readDeletion(object),
  };
}

export function judgeModuleSource(facts: ModuleSourceFacts, now: number): Verdict {
  const message = facts.message === 'Ready' ? '' : (facts.message ?? '');
  if (facts.deletion !== undefined || facts.phase === 'Terminating') return judgeGoing(facts, message);
  if (message !== '' && message !== seeModulesMessage) return verdictOf('broken', quoted(message));
  if (isOverdue(facts, now)) return judgeLateness(facts);
  if (facts.syncTime === undefined) return verdictOf('busy', phrase('verdict.source.firstSync'), facts.createdAt);
  if (facts.errors.length > 0) {
    const names = facts.errors.map(({module}) => module);
    return verdictOf('broken', phrase('verdict.source.moduleErrors', names));
  }
  return message === '' ? verdictOf('ok') : verdictOf('broken', quoted(message));
}

/** Deletion waits for a person while a release of the source is deployed: the message says so. */
function judgeGoing(facts: ModuleSourceFacts, message: string): Verdict {
  if (message !== '' && message !== seeModulesMessage) return verdictOf('waiting', quoted(message), facts.deletion?.since);
  return facts.deletion === undefined ? verdictOf('busy', phrase('verdict.deleting')) : judgeDeletion(facts.deletion);
}

function isOverdue({syncTime, createdAt, scanIntervalMs}: ModuleSourceFacts, now: number): boolean {
  const last = syncTime ?? createdAt;
  return last !== undefined && now - last > overdueAfterIntervals * scanIntervalMs;
}

function judgeLateness({syncTime, createdAt, scanIntervalMs}: ModuleSourceFacts): Verdict {
  const key = syncTime === undefined ? 'verdict.source.neverSynced' : 'verdict.source.overdue';
  return verdictOf('broken', phrase(key, scanIntervalMs), syncTime ?? createdAt);
}
