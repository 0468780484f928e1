/** What is about to be done, before anybody has agreed: steps, diffs, checks that stay live, and the consent that fits the risk. */
import {Box} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import type {PlanView} from '../domain/run-desk.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import {PaneScroll} from '../ui/pane-scroll.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import {TextPane} from '../ui/text-pane.tsx';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Tone} from '../ui/theme.ts';
import {type ConsentDemand, consentDemand} from './consent.ts';
import {BarLine, ConsentBar} from './consent-bar.tsx';
import {ConsentTaking} from './consent-taking.ts';
import {LivePlan} from './live-plan.ts';
import type {PlanPlace} from './navigation.ts';
import {paneBindings} from './pane-bindings.ts';
import {paragraph, planLines} from './plan-lines.ts';
import {recordingLine} from './recording-line.ts';
import {Rehearsal} from './rehearsal.ts';
import {rehearsalLines} from './rehearsal-lines.ts';
import {refusalPhrase, riskLook, riskPhrase, wordsPhrase} from './run-look.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';

export class PlanScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: PlanPlace;
  readonly #plan: LivePlan;
  readonly #scroll = new PaneScroll();
  readonly #consent = new ConsentTaking(() => void this.#submit());
  #isSubmitting = false;
  #refusal: string | undefined;
  readonly #rehearsal: Rehearsal;
  #isClosed = false;

  constructor(context: ScreenContext, place: PlanPlace) {
    this.#context = context;
    this.#place = place;
    this.#rehearsal = new Rehearsal(() => !this.#isClosed && context.draw());
    const {runbook, targets, parameters, undoOf} = place.draft;
    this.#plan = new LivePlan(context, {
      runbook,
      parameters: {...parameters, target: targets[0] ?? ''},
      ...(undoOf === undefined ? {} : {undoOf}),
    });
  }

  place(): PlanPlace {
    return this.#place;
  }

  summary(): Summary {
    const {say, theme, session} = this.#context;
    const {runbook, targets, undoOf} = this.#place.draft;
    const entry = session
      .desk()
      ?.catalogue()
      .find(({name}) => name === runbook);
    const title = entry === undefined ? runbook : say(wordsPhrase(entry.words.title));
    const {state} = this.#plan;
    const risk = state.kind === 'planned' ? state.plan.risk : entry?.risk;
    const look = risk && riskLook(risk, theme.glyphs);
    return {
      left: [
        {text: undoOf === undefined ? title : say(phrase('plan.undoOf', title)), tone: 'title', isBold: true},
        {text: `  ${targets[0] ?? ''}`, tone: 'accent', isBold: true, isKept: true},
      ],
      right:
        risk === undefined || look === undefined ? [] : [{text: `${look.glyph} ${say(riskPhrase(risk))}`, tone: look.tone, isBold: true}],
    };
  }

  banners(): readonly Banner[] {
    const {say} = this.#context;
    const {state} = this.#plan;
    const banners: Banner[] = [];
    if (this.#refusal !== undefined) banners.push({text: this.#refusal, tone: 'broken'});
    if (state.kind === 'planned' && state.isChanged) banners.push({text: say(phrase('plan.changed')), tone: 'waiting'});
    if (state.kind === 'planned' && state.trouble !== undefined)
      banners.push({text: say(phrase('plan.old', state.trouble)), tone: 'waiting'});
    return banners;
  }

  bindings(): readonly Binding[] {
    const {say, goUp} = this.#context;
    const group = say(phrase('group.plan'));
    if (this.#consent.typing !== undefined) {
      return this.#consent.bindings('plan', this.#context, paneBindings('plan', this.#scroll, say, false));
    }
    const {isShown} = this.#rehearsal;
    return [
      // What is agreed to is the plan: it has to be on the screen.
      ...(isShown ? [] : this.#consentBindings()),
      {id: 'plan.edit', keys: ['e'], title: say(phrase('plan.edit')), isInFooter: true, group, run: () => this.#edit()},
      {
        id: 'plan.rehearse',
        keys: ['R'],
        title: say(isShown ? phrase('plan.showPlan') : phrase('plan.rehearse')),
        isInFooter: true,
        group,
        ...(this.#plan.state.kind === 'planned' ? {} : {disabledReason: say(phrase('plan.notYet'))}),
        run: () => this.#rehearse(),
      },
      ...paneBindings('plan', this.#scroll, say),
      {id: 'plan.back', keys: ['esc'], title: say(phrase('key.leave')), isInFooter: true, group, run: goUp},
    ];
  }

  get takesKey(): ((key: Key) => boolean) | undefined {
    return this.#consent.takesKey;
  }

  takesPaste(): void {
    this.#consent.takesPaste();
  }

  render({width, height}: BodySize): ReactNode {
    const {theme} = this.#context;
    const bar = this.#bar(width);
    const paneHeight = Math.max(1, height - bar.length);
    this.#scroll.show(this.#lines(width), {width, height: paneHeight});
    return (
      <Box flexDirection="column" width={width} height={height}>
        <TextPane theme={theme} lines={this.#scroll.lines} state={this.#scroll.state} width={width} height={paneHeight} />
        {bar}
      </Box>
    );
  }

  refresh(): boolean {
    this.#plan.refresh();
    return false;
  }

  dispose(): void {
    this.#isClosed = true;
    this.#plan.close();
  }

  #lines(width: number): readonly PaneLine[] {
    const {say, theme} = this.#context;
    const maker = {theme, width, say};
    const {answer, isShown} = this.#rehearsal;
    if (isShown && answer !== undefined) return rehearsalLines(answer, maker);
    const {state} = this.#plan;
    switch (state.kind) {
      case 'planning':
        return paragraph(maker, say(phrase('plan.planning')), 1, 'busy');
      case 'refused':
        return paragraph(maker, `${theme.glyphs.verdict.broken} ${say(phrase('plan.refused', state.why))}`, 1, 'broken');
      case 'trouble':
        return paragraph(maker, `${theme.glyphs.verdict.broken} ${say(phrase('plan.trouble', state.message))}`, 1, 'broken');
      case 'planned':
        return planLines(state.plan, maker);
    }
  }

  #bar(width: number): readonly ReactNode[] {
    const {say} = this.#context;
    const {state, recording} = this.#plan;
    const line = (key: string, text: string, tone: Tone): ReactNode => (
      <BarLine key={key} context={this.#context} text={text} tone={tone} width={width} />
    );
    const lines: ReactNode[] = [];
    if (recording !== undefined)
      lines.push(line('recording', say(recordingLine(recording)), recording.kind === 'cluster' ? 'dim' : 'waiting'));
    if (state.kind !== 'planned') return lines;
    const against = this.#reasonAgainst();
    const {typing} = this.#consent;
    if (typing !== undefined) lines.push(<ConsentBar key="typing" context={this.#context} typing={typing} width={width} />);
    else if (this.#isSubmitting) lines.push(line('state', say(phrase('plan.submitting')), 'busy'));
    else if (against !== undefined) lines.push(line('state', against, 'broken'));
    return lines;
  }

  #consentBindings(): readonly Binding[] {
    const {say} = this.#context;
    const {state} = this.#plan;
    const group = say(phrase('group.plan'));
    if (state.kind === 'planned' && state.isChanged) {
      return [
        {
          id: 'plan.acknowledge',
          isConsent: true,
          keys: ['enter'],
          title: say(phrase('plan.acknowledge')),
          isInFooter: true,
          group,
          run: () => this.#plan.acknowledge(),
        },
      ];
    }
    const demand: ConsentDemand = state.kind === 'planned' ? this.#demand(state.plan) : {kind: 'key', key: 'y'};
    const against = this.#reasonAgainst();
    return [
      {
        id: 'plan.consent',
        isConsent: true,
        keys: demand.kind === 'key' ? [demand.key] : ['y'],
        title: say(phrase('plan.carryOut')),
        isInFooter: against === undefined,
        group,
        ...(against === undefined ? {} : {disabledReason: against}),
        run: () => this.#consent.ask(demand),
      },
    ];
  }

  /** Why nobody can agree now; undefined where one may. */
  #reasonAgainst(): string | undefined {
    const {say} = this.#context;
    const {state, recording} = this.#plan;
    if (this.#isSubmitting) return say(phrase('plan.submitting'));
    if (state.kind === 'refused') return say(phrase('plan.refused', state.why));
    if (state.kind !== 'planned' || recording === undefined) return say(phrase('plan.notYet'));
    if (recording.kind === 'read-only') return say(phrase('plan.readOnly'));
    if (state.trouble !== undefined) return say(phrase('plan.old', state.trouble));
    const failing = state.plan.checks.filter(check => check.state === 'fail');
    return failing.length === 0 ? undefined : say(phrase('plan.checksFail', failing.length));
  }

  #demand(plan: PlanView): ConsentDemand {
    const {isProtected, context} = this.#context.session.facts();
    return consentDemand(plan.risk, plan.target.split('/').at(-1) ?? plan.target, isProtected ? context : undefined);
  }

  /** The plan that was agreed to is the one that is carried out, or another is shown. */
  async #submit(): Promise<void> {
    const {state, request} = this.#plan;
    const desk = this.#context.session.desk();
    // A plan that came while the name was typed has not been seen yet.
    if (state.kind !== 'planned' || state.isChanged || desk === undefined || this.#reasonAgainst() !== undefined) return;
    this.#isSubmitting = true;
    this.#refusal = undefined;
    this.#context.draw();
    try {
      if ((await this.#plan.confirm()) === 'changed') return;
      const {digest: planDigest, risk} = state.plan;
      const answer = await desk.submit(request, {planDigest, isConsenting: risk === 'destructive'});
      if (answer.kind === 'refused') this.#refusal = this.#context.say(refusalPhrase(answer));
      else {
        this.#context.noteRun(answer.run);
        if (!this.#isClosed) this.#context.goBeyond({kind: 'run', run: answer.run, tab: 'progress'});
      }
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error);
    } finally {
      this.#isSubmitting = false;
      if (!this.#isClosed) this.#context.draw();
    }
  }

  #edit(): void {
    this.#context.goBeyond({kind: 'form', draft: this.#place.draft, texts: {}});
  }

  #rehearse(): void {
    this.#rehearsal.toggle(this.#context.session.desk(), this.#plan.request);
    this.#scroll.toTop();
  }
}
