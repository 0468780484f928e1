/** What stands in the status of a run for whoever decides at a gate with kubectl alone: the question, its danger, the facts, and whose word is wanted. */
import {factLines} from '../domain/fact-lines.ts';
import type {Fields} from '../domain/fields.ts';
import {ruleOfGate} from '../domain/gate-answer.ts';
import {type Run, type StepGate, targetText} from '../domain/run.ts';
import {visibleLine} from '../domain/visible-line.ts';
import {inEnglish, type Words} from '../domain/words.ts';
import {clipBytes} from './clip-bytes.ts';
import type {Script} from './plan-run.ts';
import {ownGate, startGate} from './run-gates.ts';

const textBytesMax = 512;
const factBytesMax = 256;
const factsMax = 40;

type Shown = Pick<StepGate, 'question' | 'danger' | 'facts' | 'waitsFor'>;

/** All of it in English and bounded; the log holds the facts whole. */
export function shownAtGate(run: Run, script: Script, stepId: string, gate: string, facts: Fields): Shown {
  const {question, danger} = gate === startGate ? startWords(run, script) : stepWords(script, stepId, gate);
  const lines = gate === startGate ? [...script.plan.notes.map(inEnglish), ...factLines(facts)] : factLines(facts);
  const isTold = script.steps.find(({id}) => id === stepId)?.effect === 'HumanConfirmed' && gate !== startGate;
  return {
    ...(question === '' ? {} : {question: clipBytes(question, textBytesMax)}),
    ...(danger === '' ? {} : {danger: clipBytes(danger, textBytesMax)}),
    facts: isTold ? [] : bounded(lines),
    waitsFor: clipBytes(voicesWanted(run, gate).en, textBytesMax),
  };
}

function startWords(run: Run, {runbook, plan}: Script): {readonly question: string; readonly danger: string} {
  const count = plan.steps.length === 1 ? 'one step' : `${plan.steps.length} steps`;
  return {
    question: `Begin ${plan.runbook} on ${targetText(run.spec)} (${count}, ${plan.risk})?`,
    danger: runbook.words.danger?.en ?? '',
  };
}

function stepWords({plan}: Script, stepId: string, gate: string): {readonly question: string; readonly danger: string} {
  const planned = plan.steps.find(({id}) => id === stepId);
  if (planned === undefined || ownGate(planned) !== gate) return {question: '', danger: ''};
  const question = planned.effect === 'HumanConfirmed' ? planned.will : planned.ask;
  return {question: question?.en ?? planned.title.en, danger: planned.danger?.en ?? ''};
}

function bounded(lines: readonly string[]): readonly string[] {
  const fitting = lines.map(line => clipBytes(visibleLine(line), factBytesMax));
  if (fitting.length <= factsMax) return fitting;
  return [...fitting.slice(0, factsMax - 1), `and ${fitting.length - factsMax + 1} more, in the entry gate-opened of the log`];
}

/** Whose word opens the gate, as what follows `waits for`. */
export function voicesWanted({spec}: Run, gate: string): Words {
  const rule = ruleOfGate(spec, gate);
  const requester = spec.requestedBy?.user ?? '';
  if (rule === undefined) {
    return requester === ''
      ? {en: 'the requester’s consent, or the approval of anybody else', ru: '1 (кто запросил или любой другой)'}
      : {en: `the consent of ${requester}, or the approval of anybody else`, ru: `1 (${requester} или любой другой)`};
  }
  const {required, users, groups} = rule;
  const named = [...users, ...groups.map(group => `one of the group ${group}`)].join(' or ');
  const namedRu = [...users, ...groups.map(group => `кто-то из группы ${group}`)].join(' или ');
  const others = requester === '' ? {en: 'anybody but the requester', ru: 'любой, кроме запросившего'} : butFor(requester);
  return {
    en: `${required} ${required === 1 ? 'approval' : 'approvals'} of ${named === '' ? others.en : named}`,
    ru: `${required} (${namedRu === '' ? others.ru : namedRu})`,
  };
}

function butFor(requester: string): Words {
  return {en: `anybody but ${requester}`, ru: `любой, кроме ${requester}`};
}
