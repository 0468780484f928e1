/**
 * Sends the effects of one step, round after round, until nothing is missing. Each round is recorded with what stands in
 * the cluster before it, so that it can be taken back; what may only be sent once is never sent on a guess.
 */
import type {Fields} from '../domain/fields.ts';
import type {Effect} from '../domain/kube-write.ts';
import {finishedPhases} from '../domain/run.ts';
import {asWords, inEnglish, joinWords, type Words} from '../domain/words.ts';
import {describeEffect, effectText, isKubeWrite, recordEffect} from './describe-effect.ts';
import {type DriveParts, LeaseLost} from './drive-parts.ts';
import {type Outcome, performEffect} from './perform-effect.ts';
import type {Script} from './plan-run.ts';
import {checkInvariants} from './run-checks.ts';
import type {RunRecord} from './run-record.ts';
import {sentWords} from './sent-words.ts';

/** Back-off between tries of what got no answer. */
const unknownRetryMsMax = 10_000;

export type Rounds = {
  readonly parts: DriveParts;
  readonly record: RunRecord;
  readonly script: Script;
  readonly stepId: string;
  /** The same for every attempt at this step. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Deciding again after an unclear answer is safe: the missing effects are read from the world, or deduplicated by key. */
  readonly isRepeatable: boolean;
  /** Taking back: an abort is what asked for it, and only a departure interrupts it. */
  readonly isUndo?: true;
  missing(): Promise<readonly Effect[]>;
};

export type RoundsResult =
  | {readonly kind: 'done'; readonly text: string | Words}
  | {readonly kind: 'failed'; readonly reason: string; readonly message: string | Words}
  /** No clear answer to what may not be sent twice. */
  | {readonly kind: 'unclear'; readonly message: string | Words}
  /** A pause, an abort or a departure was heard between two rounds; nothing is in flight. */
  | {readonly kind: 'interrupted'};

/** Throws LeaseLost, Refusal and StaleRun. `first` has been recorded already. */
export async function sendRounds(rounds: Rounds, first: readonly Effect[]): Promise<RoundsResult> {
  const {parts, record, stepId, deadline, isRepeatable} = rounds;
  let effects = first;
  for (let round = 1; ; round += 1) {
    const result = await sendAll(rounds, effects);
    if (result.kind === 'applied') return {kind: 'done', text: result.text};
    if (result.kind === 'refused') return {kind: 'failed', reason: result.reason, message: result.message};
    if (result.kind === 'unknown' && !isRepeatable) return {kind: 'unclear', message: result.message};
    if (parts.ports.clock.now() >= deadline) {
      const {en, ru} = asWords(result.message);
      return {kind: 'failed', reason: 'TimedOut', message: {en: `not done in time: ${en}`, ru: `не успели вовремя: ${ru}`}};
    }
    await noteTrouble(rounds, result);
    await parts.wait(pauseAfter(parts, result, round));
    if (await isToldToStop(rounds)) return {kind: 'interrupted'};
    effects = await rounds.missing();
    if (effects.length === 0) return {kind: 'done', text: 'done'};
    record.note('intent', stepId, 'once more', await describeRound(rounds, effects));
    await record.flush();
  }
}

type Sent = Exclude<Outcome, {kind: 'applied'}> | {readonly kind: 'applied'; readonly text: string | Words};

/** Stops at the first effect that is not done: later ones may build on it. Evictions do not, and all are tried. */
async function sendAll({parts, record, stepId, key}: Rounds, effects: readonly Effect[]): Promise<Sent> {
  let trouble: Exclude<Outcome, {kind: 'applied'}> | undefined;
  const texts: (string | Words)[] = [];
  for (const effect of effects) {
    if (!parts.isHolding()) throw new LeaseLost();
    const outcome = await performEffect(parts.ports, effect, key);
    const said = outcome.kind === 'applied' ? outcome.text : `${outcome.kind}: ${inEnglish(outcome.message)}`;
    const what = describeEffect(effect);
    record.note('effect', stepId, `${what}: ${said}`, {what, outcome: outcome.kind});
    if (outcome.kind === 'applied') texts.push(sentWords(effect, outcome.text));
    else if (effect.kind !== 'evict' || outcome.kind === 'refused') return outcome;
    else trouble ??= outcome;
  }
  const said = joinWords(
    texts.filter(text => text !== ''),
    ', ',
  );
  return trouble ?? {kind: 'applied', text: said.en === said.ru ? said.en : said};
}

/** The effects with what stands there now: that is what an undo would put back. */
export async function describeRound({parts, key}: Pick<Rounds, 'parts' | 'key'>, effects: readonly Effect[]): Promise<Fields> {
  const recorded: unknown[] = [];
  for (const effect of effects) {
    const before = isKubeWrite(effect) && effect.kind !== 'create' ? await parts.reader.get(effect.ref) : undefined;
    recorded.push(recordEffect(effect, before));
  }
  return {key, digest: parts.ports.digest(effectText(effects)), effects: recorded};
}

/** Worth a write when its words change; a budget that refuses says so with the time until which it is asked again. */
async function noteTrouble({record, stepId, deadline}: Rounds, {kind, message}: Exclude<Outcome, {kind: 'applied'}>): Promise<void> {
  if (kind === 'conflict') return;
  const {en, ru} = asWords(message);
  const end = Number.isFinite(deadline) ? new Date(deadline).toISOString() : undefined;
  await record.writeMessage(stepId, kind === 'busy' ? 'Busy' : 'NoAnswer', {
    en: end === undefined ? en : `${en}; tried until ${end}`,
    ru: end === undefined ? ru : `${ru}; пробуем до ${end}`,
  });
}

function pauseAfter({settings}: DriveParts, outcome: Outcome, round: number): number {
  switch (outcome.kind) {
    case 'busy':
      return Math.max(outcome.retryAfterMs ?? 0, settings.busyRetryMs);
    case 'conflict':
      return Math.min(settings.pollMinMs * 2 ** (round - 1), settings.pollMaxMs);
    case 'unknown':
    case 'applied':
    case 'refused':
      return Math.min(1_000 * 2 ** (round - 1), unknownRetryMsMax);
  }
}

/** Here a pause, an abort or a departure is heard. */
async function isToldToStop({parts, record, script, isUndo}: Rounds): Promise<boolean> {
  if (!parts.isHolding()) throw new LeaseLost();
  if (!(await record.reload()) || finishedPhases.has(record.run.status.phase)) throw new LeaseLost();
  if (isUndo === true) return parts.isStopping();
  await checkInvariants(parts, script);
  const {spec, meta} = record.run;
  return parts.isStopping() || spec.control.desired !== 'Run' || meta.deletionTimestamp !== undefined;
}
