/**
 * What a pending module release waits for. The platform's own message comes first, since it alone knows of requirements
 * and order; without one the update policy says what will be asked for.
 */
import {type Phrase, phrase} from './messages/phrase.ts';
import type {ModuleReleaseFacts, ReleaseContext} from './module-release.ts';
import type {UpdatePolicy} from './update-policy.ts';
import {isWindowOpen, nextOpening} from './update-window.ts';
import {quoted, type Verdict, verdictOf} from './verdict.ts';

type Rule = {
  readonly matches: RegExp;
  judge(message: string, facts: ModuleReleaseFacts, context: ReleaseContext): Verdict;
};

/** First match wins. Texts that neither approval nor a window can answer stand before those two. */
const rules: readonly Rule[] = [
  {matches: /^Update disabled by 'Ignore'/, judge: () => waiting(phrase('verdict.release.ignored'))},
  {matches: /^Update policy (\S+) not found/, judge: (_, {policy}) => broken(phrase('verdict.release.noSuchPolicy', policy ?? ''))},
  {matches: /^Update policy not set/, judge: () => broken(phrase('verdict.release.noPolicy'))},
  {matches: /^requirements (of \S+ )?are not satisfied/, judge: message => waiting(quoted(message))},
  {matches: /^\d+ errors? occurred|module dep(end)?ency/, judge: message => waiting(quoted(message))},
  {matches: /awaiting for module/, judge: message => waiting(phrase('verdict.release.afterReady', versionIn(message)))},
  {matches: /awaiting for v\S+ release/, judge: message => waiting(phrase('verdict.release.afterRelease', versionIn(message)))},
  {matches: /version is greater than deployed/, judge: message => waiting(phrase('verdict.release.gap', message))},
  {
    matches: /validation failed|conversions failed|failed to send release notification|^get the '.*' module config/,
    judge: message => broken(quoted(message)),
  },
  {matches: /disruption approval required/, judge: message => waiting(quoted(message))},
  {matches: /approved.*annotation|manual approval/, judge: judgeApproval},
  {matches: /^Release is waiting for the update window/, judge: judgeWindow},
  {matches: /postponed/, judge: (message, {isUrgent}) => (isUrgent ? starting() : waiting(quoted(message)))},
];

export function judgePending(facts: ModuleReleaseFacts, context: ReleaseContext): Verdict {
  const rule = rules.find(({matches}) => matches.test(facts.message));
  if (rule !== undefined) return rule.judge(facts.message, facts, context);
  if (facts.message !== '') return waiting(quoted(facts.message));
  return judgeByPolicy(facts, context);
}

function judgeApproval(_: string, {isApproved, isUrgent}: ModuleReleaseFacts): Verdict {
  return isApproved || isUrgent ? starting() : waiting(phrase('verdict.release.approval'));
}

function judgeWindow(message: string, facts: ModuleReleaseFacts, context: ReleaseContext): Verdict {
  if (facts.isUrgent) return starting();
  const policy = policyOf(facts, context);
  // Without the policy the platform's own time stands, though it names tomorrow for a window of today.
  if (policy === undefined || policy.windows.length === 0) return waiting(quoted(message));
  return judgeOpening(policy, context.now);
}

function judgeByPolicy(facts: ModuleReleaseFacts, context: ReleaseContext): Verdict {
  if (facts.isUrgent || facts.policy === undefined) return starting();
  if (context.policies === undefined) return verdictOf('unknown', phrase('verdict.release.policyForbidden'));
  const policy = policyOf(facts, context);
  switch (policy?.mode) {
    case undefined:
      return starting();
    case 'Ignore':
      return waiting(phrase('verdict.release.ignored'));
    case 'Manual':
      return facts.isApproved ? starting() : waiting(phrase('verdict.release.approval'));
    case 'Auto':
      return judgeOpening(policy, context.now);
    case 'AutoPatch':
      // Patches go by the window, the others by approval; the platform says which within 15 s.
      return starting();
  }
}

function judgeOpening({windows}: UpdatePolicy, now: number): Verdict {
  if (isWindowOpen(windows, now, 'module')) return starting();
  const opensAt = nextOpening(windows, now, 'module');
  return opensAt === undefined ? broken(phrase('verdict.release.windowNeverOpens')) : waiting(phrase('verdict.release.window', opensAt));
}

/** A policy that is not there counts as the embedded one, as the platform has it. */
function policyOf({policy}: ModuleReleaseFacts, {policies}: ReleaseContext): UpdatePolicy | undefined {
  return policies?.find(({name}) => name === (policy ?? '')) ?? policies?.find(({name}) => name === '');
}

function versionIn(message: string): string {
  return /\bv\d\S*/.exec(message)?.[0] ?? '';
}

function starting(): Verdict {
  return verdictOf('busy', phrase('verdict.release.starting'));
}

function waiting(reason: Phrase): Verdict {
  return verdictOf('waiting', reason);
}

function broken(reason: Phrase): Verdict {
  return verdictOf('broken', reason);
}
