/** `:runs` and `:audit`: every run with its phase, holder and what it waits for; or as the record of who did what, and why. */
import type {ReactNode} from 'react';
import {humanDuration} from '../domain/age.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Run, targetText} from '../domain/run.ts';
import type {RunHandle} from '../domain/run-desk.ts';
import {elapsedMs, endOf, needOf} from '../domain/run-need.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import type {TableCell} from '../ui/table.tsx';
import {ItemList, type ListColumn} from './item-list.tsx';
import type {RunListPlace} from './navigation.ts';
import {runChoices} from './run-choices.ts';
import {phaseLook, riskLook, riskPhrase} from './run-look.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';

export class RunsScreen implements Screen {
  readonly filter: FilterTarget;
  readonly #context: ScreenContext;
  readonly #kind: 'runs' | 'audit';
  readonly #list: ItemList<Run>;

  constructor(context: ScreenContext, place: RunListPlace) {
    this.#context = context;
    this.#kind = place.kind === 'audit' ? 'audit' : 'runs';
    this.#list = new ItemList<Run>(
      {
        context,
        id: this.#kind,
        columns: this.#kind === 'audit' ? auditColumns(context) : runColumns(context),
        whenEmpty: () => context.say(context.session.desk() === undefined ? phrase('run.noDesk') : phrase('runs.none')),
        items: () => sorted(context.session.desk()?.runs() ?? [], this.#kind),
        keyOf: ({meta}) => meta.uid,
      },
      place.filter,
    );
    this.filter = this.#list.filter;
  }

  place(): RunListPlace {
    return {kind: this.#kind, filter: this.filter.text()};
  }

  summary(): Summary {
    const {say, session} = this.#context;
    const runs = session.desk()?.runs() ?? [];
    const open = runs.filter(run => !isFinished(run)).length;
    const waiting = runs.filter(run => needOf(run) !== undefined).length;
    const filter = this.filter.text();
    return {
      left: [
        {text: say(phrase(this.#kind === 'audit' ? 'screen.audit' : 'screen.runs')), tone: 'title', isBold: true},
        {text: ` ${runs.length}`},
        ...(open === 0 ? [] : [{text: `  ${say(phrase('runs.open', open))}`, tone: 'busy' as const}]),
        ...(waiting === 0 ? [] : [{text: `  ${say(phrase('runs.waiting', waiting))}`, tone: 'waiting' as const}]),
      ],
      right: filter === '' ? [] : [{text: `/${filter}`, tone: 'accent'}],
    };
  }

  banners(): readonly Banner[] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say, goInto, session} = this.#context;
    const run = this.#list.current();
    const none = run === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {};
    const resume = run && runChoices(run, '').find(({id}) => id === 'resume' || id === 'adopt');
    return [
      {
        id: 'runs.open',
        keys: ['enter'],
        title: say(phrase('key.open')),
        isInFooter: true,
        ...none,
        run: () => run !== undefined && goInto({kind: 'run', run: handleOf(run), tab: 'progress'}),
      },
      {
        id: 'runs.transcript',
        keys: ['t'],
        title: say(phrase('run.transcript')),
        isInFooter: true,
        ...none,
        run: () => run !== undefined && goInto({kind: 'transcript', run: handleOf(run)}),
      },
      ...(this.#kind === 'audit'
        ? []
        : [
            {
              id: 'runs.resume',
              keys: ['r'],
              title: say(phrase('choice.adopt')),
              isInFooter: resume !== undefined,
              ...(resume === undefined ? {disabledReason: say(phrase('runs.nothingToResume'))} : {}),
              run: () => run !== undefined && void session.desk()?.adopt(handleOf(run)),
            },
          ]),
      ...this.#list.bindings(),
    ];
  }

  render(size: BodySize): ReactNode {
    return this.#list.render(size);
  }

  refresh(): boolean {
    return this.#context.session.desk() !== undefined;
  }

  dispose(): void {}
}

export function handleOf({meta: {namespace, name, uid}}: Run): RunHandle {
  return {namespace, name, uid};
}

/** What waits for a person comes first, then what goes on, then what has ended; an audit is by time alone. */
function sorted(runs: readonly Run[], kind: 'runs' | 'audit'): readonly Run[] {
  if (kind === 'audit') return runs;
  const rank = (run: Run): number => (needOf(run) !== undefined ? 0 : isFinished(run) ? 2 : 1);
  return [...runs].sort((left, right) => rank(left) - rank(right));
}

function runColumns({clock, theme, say}: ScreenContext): readonly ListColumn<Run>[] {
  return [
    {title: 'RUNBOOK', widthMax: 32, cell: ({spec}) => ({text: spec.runbook.name})},
    {title: 'TARGET', widthMax: 40, cell: ({spec}) => ({text: targetText(spec)})},
    {title: 'PHASE', cell: run => phaseCell(run, theme.glyphs)},
    {title: 'PROGRESS', priority: 2, cell: ({status}) => ({text: status.progress, tone: 'dim'})},
    {title: 'WAITS FOR', widthMax: 40, cell: run => ({text: say(needPhrase(run)), tone: needOf(run) === undefined ? 'dim' : 'waiting'})},
    {title: 'HOLDER', widthMax: 24, priority: 3, cell: ({status}) => ({text: status.holder?.identity ?? '', tone: 'dim'})},
    {title: 'TOOK', priority: 3, cell: run => ({text: humanDuration(elapsedMs(run, clock.now())), tone: 'dim'})},
    {title: 'AGE', priority: 1, cell: ({meta}) => ({text: ageOf(meta.creationTimestamp, clock.now()), tone: 'dim'})},
  ];
}

function auditColumns({theme, say}: ScreenContext): readonly ListColumn<Run>[] {
  return [
    {title: 'TIME (UTC)', cell: ({meta}) => ({text: (meta.creationTimestamp ?? '').replace('T', ' ').replace(/(\.\d+)?Z$/, '')})},
    {title: 'BY', widthMax: 24, cell: ({spec}) => ({text: spec.requestedBy?.user ?? '?'})},
    {title: 'RUNBOOK', widthMax: 32, cell: ({spec}) => ({text: spec.runbook.name})},
    {title: 'TARGET', widthMax: 40, cell: ({spec}) => ({text: targetText(spec)})},
    {title: 'OUTCOME', cell: run => phaseCell(run, theme.glyphs)},
    {
      title: 'RISK',
      priority: 2,
      cell: ({status}) => {
        const {risk} = status.plan ?? {};
        return risk === undefined
          ? {text: ''}
          : {text: `${riskLook(risk, theme.glyphs).glyph} ${say(riskPhrase(risk))}`, tone: riskLook(risk, theme.glyphs).tone};
      },
    },
    {title: 'WHY', widthMax: 60, priority: 1, cell: run => ({text: endOf(run) || run.spec.control.reason, tone: 'dim'})},
  ];
}

function phaseCell({status}: Run, glyphs: Parameters<typeof phaseLook>[1]): TableCell {
  const {glyph, tone} = phaseLook(status.phase, glyphs);
  return {text: `${glyph} ${status.phase}`, tone};
}

export function needPhrase(run: Run): ReturnType<typeof phrase> {
  const need = needOf(run);
  switch (need?.kind) {
    case undefined:
      return phrase('text', '');
    case 'gate':
      return phrase('need.gate', need.gate.id);
    case 'failed':
      return phrase('need.failed', need.step.title);
    case 'outcome':
      return phrase('need.outcome', need.step.title);
    case 'paused':
      return phrase('need.paused', run.spec.control.by);
    case 'left':
      return phrase('need.left');
  }
}

function ageOf(time: string | undefined, now: number): string {
  return time === undefined ? '' : humanDuration(now - Date.parse(time));
}
