/** Everything that waits for a person, in one list: approvals that objects ask for, and runs that stand still. */
import {ruleOfGate} from '../domain/gate-answer.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import type {Run} from '../domain/run.ts';
import {needOf} from '../domain/run-need.ts';
import type {Action, ActionRow} from './action.ts';
import type {Seen, View} from './define-view.ts';
import {needPhrase} from './runs-screen.ts';
import type {ScreenContext} from './screen.ts';
import {TableSource} from './table-source.ts';
import {type WaitingRuns, waitingRuns} from './waiting-runs.ts';

export type Need =
  | {
      readonly kind: 'object';
      readonly key: string;
      readonly resource: Resource;
      readonly action: Action;
      readonly row: ActionRow;
      readonly seen: Seen;
      readonly reason: Phrase;
    }
  /** `isForOthers`: this user can look at it, no more. */
  | {readonly kind: 'run'; readonly key: string; readonly run: Run; readonly reason: Phrase; readonly isForOthers: boolean};

const nobodys: WaitingRuns = {mine: [], others: []};

type Asked = {readonly source: TableSource; readonly actions: readonly Action[]};

export class Needs {
  readonly #context: ScreenContext;
  readonly #views: readonly View<unknown>[];
  readonly #asked = new Map<string, Asked>();
  #version = '';
  #list: readonly Need[] = [];

  constructor(context: ScreenContext, views: readonly View<unknown>[]) {
    this.#context = context;
    this.#views = views.filter(({actions = []}) => actions.some(({need}) => need !== undefined));
    this.refresh(context.clock.now());
  }

  list(): readonly Need[] {
    return this.#list;
  }

  /** Whether everything that may ask for something was read. */
  isSettled(): boolean {
    return [...this.#asked.values()].every(({source}) => source.isSettled());
  }

  /** True where the list is another one. Kinds that appear later are taken up. */
  refresh(now: number): boolean {
    this.#open();
    const desk = this.#context.session.desk();
    const {mine, others} = desk === undefined ? nobodys : waitingRuns(desk);
    const version = [
      ...[...this.#asked.values()].map(({source}) => `${source.version()} ${source.surroundings()}`),
      ...[...mine, {meta: {uid: '', resourceVersion: ''}}, ...others].map(({meta}) => `${meta.uid}/${meta.resourceVersion}`),
    ].join('|');
    if (version === this.#version) return false;
    this.#version = version;
    this.#list = [
      ...mine.map(ownNeed),
      ...[...this.#asked.values()].flatMap(asked => this.#objectNeeds(asked, now)),
      ...others.map(needOfOthers),
    ];
    return true;
  }

  close(): void {
    for (const {source} of this.#asked.values()) source.close();
  }

  #open(): void {
    const {session, clock} = this.#context;
    const known = new Set(
      session
        .desk()
        ?.catalogue()
        .map(({name}) => name),
    );
    for (const view of this.#views) {
      const resource = this.#asked.has(view.name) ? undefined : session.pick(view.resource);
      const actions = (view.actions ?? []).filter(({need, runbook}) => need !== undefined && known.has(runbook));
      if (resource === undefined || actions.length === 0) continue;
      this.#asked.set(view.name, {source: new TableSource(session, clock, resource, view, {namespace: undefined}), actions});
    }
  }

  #objectNeeds({source, actions}: Asked, now: number): readonly Need[] {
    const seen = source.seen(now);
    const {resource} = source;
    return [...source.entries()].flatMap(({uid, name, namespace, row: {facts}}) => {
      if (facts === undefined) return [];
      return actions.flatMap((action): readonly Need[] => {
        const reason = action.need?.(facts, seen);
        if (reason === undefined) return [];
        const row = {namespace: resource.isNamespaced ? namespace : undefined, name, facts};
        return [{kind: 'object', key: `${uid}/${action.runbook}`, resource, action, row, seen, reason}];
      });
    });
  }
}

function ownNeed(run: Run): Need {
  const reason = needOf(run) === undefined ? phrase('need.notCarried') : phrase('need.run', needPhrase(run));
  return {kind: 'run', key: run.meta.uid, run, reason, isForOthers: false};
}

function needOfOthers(run: Run): Need {
  const need = needOf(run);
  const rule = need?.kind === 'gate' ? ruleOfGate(run.spec, need.gate.id) : undefined;
  const what =
    need?.kind === 'gate' && rule !== undefined
      ? phrase('need.gateOf', need.gate.id, [...rule.groups, ...rule.users].join(', '))
      : needPhrase(run);
  return {kind: 'run', key: run.meta.uid, run, reason: phrase('need.ofOthers', what), isForOthers: true};
}
