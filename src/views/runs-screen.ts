/** `:runs`: every run with its phase, its holder and what it waits for. */
import type {ReactNode} from 'react';
import {humanDuration} from '../domain/age.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {isFinished, type Run, targetText} from '../domain/run.ts';
import type {RunHandle} from '../domain/run-desk.ts';
import {elapsedMs, needOf} from '../domain/run-need.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import type {TableCell} from '../ui/table.tsx';
import {ItemList, type ListColumn} from './item-list.tsx';
import {clockTime} from './log-lines.ts';
import type {RunListPlace} from './navigation.ts';
import {carryOut, type RunChoice, runChoices} from './run-choices.ts';
import {phaseLook} from './run-look.ts';
import type {FilterTarget, Screen, ScreenContext, Summary} from './screen.ts';

const none: readonly Run[] = [];

export class RunsScreen implements Screen {
  readonly filter: FilterTarget;
  readonly #context: ScreenContext;
  readonly #list: ItemList<Run>;
  #sorted: {readonly of: readonly Run[]; readonly list: readonly Run[]} = {of: none, list: none};
  #text = '';

  constructor(context: ScreenContext, place: RunListPlace) {
    this.#context = context;
    this.#list = new ItemList<Run>(
      {
        context,
        id: 'runs',
        columns: runColumns(context),
        whenEmpty: () => context.say(context.session.desk() === undefined ? phrase('run.noDesk') : phrase('runs.none')),
        items: () => this.#items(),
        keyOf: ({meta}) => meta.uid,
      },
      place.filter,
    );
    this.filter = this.#list.filter;
  }

  place(): RunListPlace {
    return {kind: 'runs', filter: this.filter.text()};
  }

  summary(): Summary {
    const {say, session} = this.#context;
    const runs = session.desk()?.runs() ?? [];
    const open = runs.filter(run => !isFinished(run)).length;
    const waiting = runs.filter(run => needOf(run) !== undefined).length;
    const filter = this.filter.text();
    return {
      left: [
        {text: say(phrase('screen.runs')), tone: 'title', isBold: true},
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
    const {say, goInto} = this.#context;
    const run = this.#list.current();
    const none = run === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {};
    const resume = run && this.#resumeOf(run);
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
      {
        id: 'runs.resume',
        keys: ['r'],
        title: say(phrase('choice.adopt')),
        isInFooter: resume !== undefined,
        ...(resume === undefined ? {disabledReason: say(phrase('runs.nothingToResume'))} : {}),
        run: () => run !== undefined && void this.#resume(run),
      },
      ...this.#list.bindings(),
    ];
  }

  render(size: BodySize): ReactNode {
    return this.#list.render(size);
  }

  refresh(): boolean {
    const text = this.#list.text();
    const isNews = text !== this.#text;
    this.#text = text;
    return isNews;
  }

  dispose(): void {}

  /** Sorted anew only where the runs are others: there may be thousands. */
  #items(): readonly Run[] {
    const runs = this.#context.session.desk()?.runs() ?? none;
    if (runs !== this.#sorted.of) this.#sorted = {of: runs, list: sorted(runs)};
    return this.#sorted.list;
  }

  #resumeOf(run: Run): RunChoice | undefined {
    const desk = this.#context.session.desk();
    if (desk === undefined) return undefined;
    return runChoices(run, desk).find(({id}) => id === 'resume' || id === 'adopt');
  }

  /** Carried by this engine from now on, and told to go on where somebody paused it; where that has to be agreed to, on its own screen. */
  async #resume(run: Run): Promise<void> {
    const {session, flash, say, clock, draw, goInto} = this.#context;
    const desk = session.desk();
    const choice = this.#resumeOf(run);
    if (desk === undefined || choice === undefined) return;
    if (choice.asks !== 'nothing') return goInto({kind: 'run', run: handleOf(run), tab: 'progress'});
    try {
      await carryOut(desk, handleOf(run), choice.act, say(phrase('run.atTime', clockTime(new Date(clock.now()).toISOString()))));
    } catch (error) {
      flash(phrase('text', error instanceof Error ? error.message : String(error)), 'broken');
    }
    draw();
  }
}

export function handleOf({meta: {namespace, name, uid}}: Run): RunHandle {
  return {namespace, name, uid};
}

/** What waits for a person comes first, then what goes on, then what has ended. */
function sorted(runs: readonly Run[]): readonly Run[] {
  const rank = (run: Run): number => (needOf(run) !== undefined ? 0 : isFinished(run) ? 2 : 1);
  return [...runs].sort((left, right) => rank(left) - rank(right));
}

function runColumns({clock, theme, say}: ScreenContext): readonly ListColumn<Run>[] {
  return [
    {title: 'RUNBOOK', widthMin: 20, widthMax: 32, cell: ({spec}) => ({text: spec.runbook.name})},
    {title: 'TARGET', widthMax: 40, cell: ({spec}) => ({text: targetText(spec)})},
    {title: 'PHASE', widthMin: 18, cell: run => phaseCell(run, theme.glyphs)},
    {title: 'PROGRESS', priority: 2, cell: ({status}) => ({text: status.progress, tone: 'dim'})},
    {
      title: 'WAITS FOR',
      widthMin: 24,
      widthMax: 40,
      cell: run => ({text: say(needPhrase(run)), tone: needOf(run) === undefined ? 'dim' : 'waiting'}),
    },
    {title: 'BY', widthMax: 24, priority: 2, cell: ({spec}) => ({text: spec.requestedBy?.user ?? '?', tone: 'dim'})},
    {title: 'HOLDER', widthMax: 24, priority: 3, cell: ({status}) => ({text: status.holder?.identity ?? '', tone: 'dim'})},
    {title: 'TOOK', priority: 3, cell: run => ({text: humanDuration(elapsedMs(run, clock.now())), tone: 'dim'})},
    {title: 'AGE', priority: 1, cell: ({meta}) => ({text: ageOf(meta.creationTimestamp, clock.now()), tone: 'dim'})},
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
