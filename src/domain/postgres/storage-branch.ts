/** Which way a database takes to another class, by what is wished of it and by what it is. */
import type {Words} from '../words.ts';

/** How many members there were before one was added for the time of a migration. */
export const instancesBeforeAnnotation = 'deckhand.dev/instances-before';
/** The uid of the run that added it: where that came to its end, the note is of no use any more. */
export const instancesRunAnnotation = 'deckhand.dev/instances-run';

/** `over`: it came to its end, or was about something else; `unknown`: it was given up, or its record is not to be seen. */
export type EarlierRun = 'over' | 'unknown';

export type Wish = 'several' | 'one' | 'unknown';

export type BranchInput = {
  readonly wish: Wish;
  readonly instances: number;
  readonly healthy: number;
  /** How many there were before an earlier attempt added one; undefined where none did. */
  readonly instancesBefore: number | undefined;
  readonly earlierRun: EarlierRun;
};

export type Branch =
  /** Disks are replaced one by one; where one is added for the time, it goes again at the end. */
  | {
      readonly kind: 'go';
      readonly members: number;
      /** An earlier attempt has added one, or somebody who wants to keep it: whose it is, is asked. */
      readonly isResumed: boolean;
    }
  | {readonly kind: 'stop'; readonly reason: string; readonly message: Words};

/** The module's own setting, else the global one, else what the platform finds for itself: more than one master. */
export function highAvailabilityWish(settings: {
  readonly module: boolean | undefined;
  readonly global: boolean | undefined;
  readonly masters: number | undefined;
}): Wish {
  const said = settings.module ?? settings.global;
  if (said !== undefined) return said ? 'several' : 'one';
  if (settings.masters === undefined) return 'unknown';
  return settings.masters > 1 ? 'several' : 'one';
}

/** `members`: as many as there are to be at the end. */
export function chooseBranch({wish, instances, healthy, instancesBefore, earlierRun}: BranchInput): Branch {
  if (instances < 1)
    return stop(
      'NoInstances',
      'the database wants no instance at all: scale it up first',
      'у базы нет ни одного экземпляра: сначала увеличьте их число',
    );
  if (healthy < instances)
    return stop(
      'MissingReplica',
      `${instances} instances are wanted, but ${healthy} ${healthy === 1 ? 'is' : 'are'} healthy: repair the others first`,
      `экземпляров должно быть ${instances}, исправных ${healthy}: сначала почините остальные`,
    );
  if (healthy > instances)
    return stop(
      'Scaling',
      `${healthy} members run, but ${instances} are wanted: wait until the operator has settled`,
      `работает ${healthy}, а должно быть ${instances}: дождитесь, пока оператор закончит`,
    );
  if (instancesBefore !== undefined && instancesBefore < instances) {
    const isFitting = instancesBefore === instances - 1 && (wish !== 'several' || instancesBefore > 1);
    if (!isFitting || earlierRun === 'over') return staleMark(instances, instancesBefore);
    return {kind: 'go', members: instancesBefore, isResumed: true};
  }
  if (instances === 2 && wish === 'one') return {kind: 'go', members: 1, isResumed: true};
  if (instances === 1 && wish === 'several')
    return stop(
      'NotConverged',
      'high availability is wanted but the database has one instance: the module has not converged, or the operator is limited to one (max_instances)',
      'нужна отказоустойчивость, но экземпляр один: модуль ещё не сошёлся или оператор ограничен одним (max_instances)',
    );
  return {kind: 'go', members: instances, isResumed: false};
}

/** A run adds one member at most, and never to a database that is to have several anyway. */
function staleMark(instances: number, before: number): Branch {
  const mark = `${instancesBeforeAnnotation}: "${before}"`;
  return stop(
    'StaleMark',
    `the database bears ${mark} of an earlier attempt, but has ${instances} instances that are wanted: take the annotation away where all ${instances} are to stay, else set numberOfInstances to ${before} first`,
    `на базе осталась отметка ${mark} от прежней попытки, а numberOfInstances — ${instances}: снимите аннотацию, если столько и нужно, иначе сначала верните ${before}`,
  );
}

function stop(reason: string, en: string, ru: string): Branch {
  return {kind: 'stop', reason, message: {en, ru}};
}
