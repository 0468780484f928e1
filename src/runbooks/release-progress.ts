/** How far a release that was told to go ahead has come, and which of the platform's answers no waiting will change. */
import {readDeckhouseRelease} from '../domain/deckhouse-release.ts';
import {readModuleRelease} from '../domain/module-release.ts';
import type {Words} from '../domain/words.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {type Check, done, failed, type Progress, pass, refuse, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';

type Release = {readonly phase: string | undefined; readonly message: string};

/** Requirements, order, settings, policies: neither approval nor apply-now passes over these. */
const obstacle =
  /requirements (?:of \S+ )?are not satisfied|requirement for DeckhouseRelease|module dep(?:end)?ency|version is greater than deployed|validation failed|conversions failed|failed to send release notification|^get the '.*' module config|^Update policy|^Update disabled|disruption approval required|migrated module/;

const nothingTo = {approve: 'подтверждать', apply: 'применять', 'consent to': 'согласовывать', 'take back': 'отзывать'} as const;

/** The message that holds a release up whatever a person approves; undefined where there is none. */
export function obstacleIn(message: string): string | undefined {
  return obstacle.test(message) ? message : undefined;
}

export function refuseUnlessPending({phase, message}: Release, what: keyof typeof nothingTo): void {
  if (phase === 'Pending') return;
  const why = phase === 'Suspended' && message !== '' ? ` (${message})` : '';
  throw new Refusal('NotPending', {
    en: `the release is ${phase || 'without a phase yet'}${why}, not Pending: there is nothing to ${what}`,
    ru: `фаза релиза — ${phase || 'ещё не задана'}${why}, а не Pending: ${nothingTo[what]} нечего`,
  });
}

export async function followModuleRelease(reader: Reader, target: Target): Promise<Progress> {
  return judge(readModuleRelease(await readTarget(reader, target)));
}

export async function followDeckhouseRelease(reader: Reader, target: Target): Promise<Progress> {
  return judge(readDeckhouseRelease(await readTarget(reader, target)));
}

/** An approval can be taken back until the platform has acted on it. */
export async function moduleReleaseWaits(reader: Reader, target: Target): Promise<Check> {
  return stillPending(readModuleRelease(await readTarget(reader, target)));
}

export async function deckhouseReleaseWaits(reader: Reader, target: Target): Promise<Check> {
  return stillPending(readDeckhouseRelease(await readTarget(reader, target)));
}

function stillPending({phase}: Release): Check {
  return phase === 'Pending'
    ? pass
    : refuse('TooLate', {
        en: `the release is ${phase ?? 'without a phase'} by now: a release that was installed cannot be taken back`,
        ru: `фаза релиза уже ${phase ?? 'не задана'}: установленный релиз назад не взять`,
      });
}

/** Until the release is deployed. */
function judge({phase = '', message}: Release): Progress {
  switch (phase) {
    case 'Deployed':
      return done({en: 'deployed', ru: 'развёрнут'});
    case 'Superseded':
    case 'Outdated':
      return done({en: 'deployed and replaced by a later release since', ru: 'развёрнут и с тех пор заменён более новым'});
    case 'Skipped':
      return failed('ReleaseSkipped', {
        en: 'the platform skipped the release: a later one takes its place',
        ru: 'платформа пропустила релиз: его место занял более новый',
      });
    case 'Suspended':
      return failed('ReleaseSuspended', {
        en: `the platform suspended the release and will not try again: ${message}`,
        ru: `платформа приостановила релиз и больше не попробует: ${message}`,
      });
    case 'Terminating':
      return failed('ReleaseGoing', {en: 'the release is being deleted', ru: 'релиз удаляется'});
    default:
      return obstacleIn(message) === undefined
        ? waiting({en: 'phase Deployed', ru: 'фаза Deployed'}, sayPhase(phase, message))
        : failed('ReleaseHeld', {en: `the release stays ${phase}: ${message}`, ru: `релиз остаётся в фазе ${phase}: ${message}`});
  }
}

export function sayPhase(phase: string | undefined, message: string): Words {
  const why = message === '' ? '' : `: ${message}`;
  return {en: `phase ${phase || 'not set'}${why}`, ru: `фаза ${phase || 'не задана'}${why}`};
}
