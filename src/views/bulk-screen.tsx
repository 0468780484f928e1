/** Several targets, one action: the list of their plans, one consent, and then a row each with its own outcome. */
import {Box} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import type {TableCell} from '../ui/table.tsx';
import {type BulkRow, BulkRun, hasFailingCheck} from './bulk-run.ts';
import {type ConsentDemand, consentDemand} from './consent.ts';
import {ConsentBar} from './consent-bar.tsx';
import {ConsentTaking} from './consent-taking.ts';
import {ItemList} from './item-list.tsx';
import type {BulkPlace} from './navigation.ts';
import {phaseLook, riskLook, riskPhrase, toldPhrase, wordsPhrase} from './run-look.ts';
import {needPhrase} from './runs-screen.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';

export class BulkScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: BulkPlace;
  readonly #bulk: BulkRun;
  readonly #list: ItemList<BulkRow>;
  readonly #consent = new ConsentTaking(() => void this.#bulk.submit());

  constructor(context: ScreenContext, place: BulkPlace) {
    this.#context = context;
    this.#place = place;
    this.#bulk = new BulkRun(context, place);
    this.#list = new ItemList<BulkRow>({
      context,
      id: 'bulk',
      columns: [
        {title: 'TARGET', widthMax: 48, cell: ({target}) => ({text: target})},
        {title: 'STATE', cell: row => this.#stateCell(row)},
        {title: 'WHY', widthMin: 30, widthMax: 200, cell: row => this.#whyCell(row)},
      ],
      whenEmpty: () => '',
      items: () => this.#bulk.rows,
      keyOf: ({target}) => target,
    });
    this.#bulk.start();
  }

  place(): BulkPlace {
    return this.#bulk.place();
  }

  summary(): Summary {
    const {say, theme, session} = this.#context;
    const {runbook, targets} = this.#place.draft;
    const entry = session
      .desk()
      ?.catalogue()
      .find(({name}) => name === runbook);
    const risk = this.#bulk.risk();
    const {glyph, tone} = riskLook(risk, theme.glyphs);
    return {
      left: [
        {text: entry === undefined ? runbook : say(wordsPhrase(entry.words.title)), tone: 'title', isBold: true},
        {text: `  ${say(phrase('bulk.ready', this.#bulk.counted(), targets.length))}`},
      ],
      right: [{text: `${glyph} ${say(riskPhrase(risk))}`, tone, isBold: true}],
    };
  }

  banners(): readonly Banner[] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say} = this.#context;
    const group = say(phrase('group.plan'));
    if (this.#consent.typing !== undefined) return this.#consent.bindings('bulk', this.#context);
    const current = this.#list.current();
    const demand = this.#demand();
    const against = this.#reasonAgainst();
    const consent: Binding = {
      id: 'bulk.consent',
      isConsent: true,
      keys: demand.kind === 'key' && demand.key === 'enter' ? ['y', 'enter'] : ['y'],
      title: say(phrase('bulk.carryOut', this.#bulk.ready().length)),
      isInFooter: true,
      group,
      ...(against === undefined ? {} : {disabledReason: against}),
      run: () => this.#consent.ask(demand),
    };
    return [
      ...(this.#bulk.isAgreed() ? [] : [consent]),
      {
        id: 'bulk.open',
        keys: ['enter'],
        title: say(phrase('key.open')),
        isInFooter: true,
        group,
        ...(current === undefined ? {disabledReason: say(phrase('key.nothingSelected'))} : {}),
        run: () => current !== undefined && this.#open(current),
      },
      ...this.#list.bindings().filter(({id}) => id !== 'bulk.filter'),
    ];
  }

  get takesKey(): ((key: Key) => boolean) | undefined {
    return this.#consent.takesKey;
  }

  takesPaste(): void {
    this.#consent.takesPaste();
  }

  render({width, height}: BodySize): ReactNode {
    const {typing} = this.#consent;
    const listHeight = typing === undefined ? height : height - 1;
    return (
      <Box flexDirection="column" width={width} height={height}>
        {this.#list.render({width, height: listHeight})}
        {typing === undefined ? null : <ConsentBar context={this.#context} typing={typing} width={width} />}
      </Box>
    );
  }

  refresh(): boolean {
    this.#bulk.start();
    return this.#bulk.isAgreed();
  }

  dispose(): void {
    this.#bulk.close();
  }

  #stateCell(row: BulkRow): TableCell {
    const {say, theme} = this.#context;
    const {verdict} = theme.glyphs;
    const run = this.#bulk.runOf(row);
    if (run !== undefined) {
      const {glyph, tone} = phaseLook(run.status.phase, theme.glyphs);
      return {text: `${glyph} ${run.status.phase} ${run.status.progress}`.trim(), tone};
    }
    if (row.run !== undefined) return {text: `${verdict.busy} ${say(phrase('bulk.submitted'))}`, tone: 'busy'};
    if (row.refusal !== undefined) return {text: `${verdict.broken} ${say(phrase('bulk.refused'))}`, tone: 'broken'};
    if (row.plan === undefined) return {text: `${verdict.busy} ${say(phrase('bulk.planning'))}`, tone: 'busy'};
    if (hasFailingCheck(row.plan)) return {text: `${verdict.broken} ${say(phrase('bulk.checks'))}`, tone: 'broken'};
    const {glyph, tone} = riskLook(row.plan.risk, theme.glyphs);
    return {text: `${glyph} ${say(riskPhrase(row.plan.risk))}`, tone};
  }

  #whyCell(row: BulkRow): TableCell {
    const {say} = this.#context;
    const run = this.#bulk.runOf(row);
    if (run !== undefined) return {text: say(needPhrase(run)), tone: 'waiting'};
    if (row.refusal !== undefined) return {text: row.refusal};
    const failing = row.plan?.checks.find(({state}) => state === 'fail');
    if (failing !== undefined) return {text: say(toldPhrase(failing.text, failing.words)), tone: 'broken'};
    return {text: row.plan?.notes.map(note => say(wordsPhrase(note))).join(' ') ?? '', tone: 'dim'};
  }

  #reasonAgainst(): string | undefined {
    const {say} = this.#context;
    if (!this.#bulk.isPlanned()) return say(phrase('plan.notYet'));
    return this.#bulk.ready().length === 0 ? say(phrase('bulk.nothingReady')) : undefined;
  }

  /** Of several targets no single name can stand for all: the runbook and how many are typed. */
  #demand(): ConsentDemand {
    const {isProtected, context} = this.#context.session.facts();
    return consentDemand(this.#bulk.risk(), `${this.#place.draft.runbook} ${this.#bulk.ready().length}`, isProtected ? context : undefined);
  }

  #open({target, run}: BulkRow): void {
    if (run !== undefined) this.#context.goInto({kind: 'run', run, tab: 'progress'});
    else this.#context.goInto({kind: 'plan', draft: {...this.#place.draft, targets: [target]}});
  }
}
