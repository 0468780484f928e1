/** Modules: what the table shows of one, and whether it runs, works towards it, waits or is broken. */
import {type Condition, conditionOf, readConditions} from './conditions.ts';
import {type Deletion, judgeDeletion, readDeletion} from './deletion.ts';
import {readNumber, readString, readStrings} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {type Phrase, phrase} from './messages/phrase.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

export type ModuleFacts = {
  readonly name: string;
  readonly weight: number | undefined;
  readonly stage: string | undefined;
  readonly releaseChannel: string | undefined;
  readonly source: string | undefined;
  readonly availableSources: readonly string[];
  readonly version: string | undefined;
  readonly phase: string | undefined;
  readonly hooksState: string | undefined;
  /** EnabledByModuleConfig: what the people asked for. */
  readonly asked: Condition | undefined;
  /** EnabledByModuleManager: what the platform decided. */
  readonly enabled: Condition | undefined;
  readonly ready: Condition | undefined;
  readonly lastRelease: Condition | undefined;
  readonly isOverridden: boolean;
  readonly deletion: Deletion | undefined;
};

export type ModuleContext = {
  readonly now: number;
  /** The text with which a source refuses a module; undefined where it does not, or where sources cannot be read. */
  sourceError(source: string | undefined, module: string): string | undefined;
};

/** A source is listed every 3 min and needs two looks at a new module, so within this time nothing is late. */
const releaseExpectedWithinMs = 10 * 60_000;

export function readModule(object: KubeObject): ModuleFacts {
  const conditions = readConditions(object);
  return {
    name: object.metadata.name,
    weight: readNumber(object, 'properties.weight'),
    stage: readString(object, 'properties.stage'),
    releaseChannel: readString(object, 'properties.releaseChannel'),
    source: readString(object, 'properties.source'),
    availableSources: readStrings(object, 'properties.availableSources'),
    version: readString(object, 'properties.version'),
    phase: readString(object, 'status.phase'),
    hooksState: readString(object, 'status.hooksState'),
    asked: conditionOf(conditions, 'EnabledByModuleConfig'),
    enabled: conditionOf(conditions, 'EnabledByModuleManager'),
    ready: conditionOf(conditions, 'IsReady'),
    lastRelease: conditionOf(conditions, 'LastReleaseDeployed'),
    isOverridden: conditionOf(conditions, 'IsOverridden')?.status === 'True',
    deletion: readDeletion(object),
  };
}

export function judgeModule(facts: ModuleFacts, context: ModuleContext): Verdict {
  if (facts.deletion !== undefined) return judgeDeletion(facts.deletion);
  switch (facts.phase ?? '') {
    case '':
      return verdictOf('unknown', phrase('verdict.noStatus'));
    case 'Available':
      return isAsked(facts) ? judgeUnreleased(facts, context) : verdictOf('ok', phrase('verdict.module.notEnabled'));
    case 'Downloaded':
      return judgeOff(facts);
    case 'Unavailable':
      return isAsked(facts) ? verdictOf('broken', phrase('verdict.module.askedButNotInEdition')) : verdictOf('ok', whyOff(facts));
  }
  if (facts.ready?.status === 'False' && facts.ready.reason === 'Disabled') return verdictOf('busy', phrase('verdict.module.turningOff'));
  return judgeRunning(facts, context);
}

function judgeRunning(facts: ModuleFacts, context: ModuleContext): Verdict {
  const phase = facts.phase ?? '';
  switch (phase) {
    case 'Conflict':
      return verdictOf('broken', phrase('verdict.module.conflict', facts.availableSources));
    case 'Downloading':
      return judgeDownloading(facts, context);
    case 'DownloadingError':
      return verdictOf('broken', phrase('verdict.module.downloadFailed', downloadErrorOf(facts, context)));
    case 'Installing':
      // IsReady was False before, so only its last write tells of this phase.
      return verdictOf('busy', stepOf(facts, 'verdict.module.installing'), facts.ready?.probedAt);
    case 'Reconciling':
      return verdictOf('busy', stepOf(facts, 'verdict.module.reconciling'), facts.ready?.since);
    case 'HooksDisabled':
    case 'WaitSyncTasks':
      return verdictOf('busy', quoted(phase));
    case 'Ready':
      return judgeReady(facts);
    case 'Error':
      return verdictOf('broken', errorOf(facts));
    default:
      return verdictOf('unknown', phrase('verdict.unknownPhase', phase));
  }
}

function judgeUnreleased(facts: ModuleFacts, {now, sourceError}: ModuleContext): Verdict {
  const error = sourceError(facts.source, facts.name);
  if (error !== undefined) return verdictOf('broken', phrase('verdict.module.sourceError', error));
  const since = facts.asked?.since;
  if (since !== undefined && now - since > releaseExpectedWithinMs) return verdictOf('waiting', phrase('verdict.module.noRelease'), since);
  return verdictOf('busy', phrase('verdict.module.nextSync'), since);
}

function judgeDownloading(facts: ModuleFacts, {sourceError}: ModuleContext): Verdict {
  const error = sourceError(facts.source, facts.name);
  if (error !== undefined) return verdictOf('broken', phrase('verdict.module.sourceError', error));
  const held = facts.lastRelease && judgeLastRelease(facts.lastRelease);
  if (held !== undefined) return held;
  return verdictOf('busy', phrase('verdict.module.downloading'), facts.ready?.probedAt ?? facts.ready?.since);
}

/** IsReady may still say that it is downloading. */
function downloadErrorOf(facts: ModuleFacts, {sourceError}: ModuleContext): string {
  const own = facts.ready?.reason === 'Downloading' ? undefined : facts.ready?.message;
  return own || sourceError(facts.source, facts.name) || '';
}

function judgeOff(facts: ModuleFacts): Verdict {
  if (facts.enabled?.status === 'True') return verdictOf('busy', phrase('verdict.module.startsNext'));
  // Off although somebody turned it on: what holds it back is for a person to change.
  return verdictOf(isAsked(facts) ? 'waiting' : 'ok', whyOff(facts));
}

/** Absent conditions are no news: only what is written and says no counts. */
function judgeReady(facts: ModuleFacts): Verdict {
  if (facts.ready?.status === 'False') return verdictOf('broken', errorOf(facts));
  if (facts.ready?.status === 'Unknown') return verdictOf('unknown', phrase('verdict.module.readinessUnknown'));
  if (facts.isOverridden) return verdictOf('ok', phrase('verdict.module.overridden'));
  return (facts.lastRelease && judgeLastRelease(facts.lastRelease)) ?? verdictOf('ok');
}

function judgeLastRelease({status, reason, message}: Condition): Verdict | undefined {
  if (status !== 'False') return undefined;
  const version = /module release (v\S+)/.exec(message)?.[1] ?? '';
  switch (reason) {
    case 'ReleaseDeployedIsNotReady':
      return verdictOf('waiting', phrase('verdict.module.updateAfterReady', version));
    case 'ReleaseRequirementsCheck':
      return verdictOf('waiting', phrase('verdict.module.updateRequires', version));
    case 'ReleaseDeployTimeCheck':
      return verdictOf('waiting', phrase('verdict.module.updatePostponed', version));
    case 'ReleaseConfigValidationCheck':
      return verdictOf('broken', phrase('verdict.module.updateSettings', version));
    default:
      // False without a reason is what a module prints that never had a release.
      return message === '' ? undefined : verdictOf('waiting', quoted(message));
  }
}

function isAsked(facts: ModuleFacts): boolean {
  return facts.asked?.status === 'True';
}

function whyOff(facts: ModuleFacts): Phrase {
  const words = [facts.enabled?.message, facts.ready?.message, facts.enabled?.reason].find(text => text !== undefined && text !== '');
  return words === undefined ? phrase('verdict.module.notEnabled') : quoted(words);
}

/** The step of which the platform tells between start and readiness, else the phase in our words. */
function stepOf(facts: ModuleFacts, otherwise: 'verdict.module.installing' | 'verdict.module.reconciling'): Phrase {
  return facts.ready?.message === 'onStartup hooks done' ? phrase('verdict.module.hooksDone') : phrase(otherwise);
}

/** Both texts name the hook or the module themselves. */
function errorOf({ready, hooksState}: ModuleFacts): Phrase {
  const text = ready?.message || hooksState || '';
  if (text !== '') return quoted(text);
  return ready?.reason === 'HookError' ? phrase('verdict.module.hookFailed') : phrase('verdict.module.failed');
}
