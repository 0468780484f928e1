/** The parameters of a runbook, one line each: typed fields, live choices, masked secrets, and what is wrong beside its field. */
import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import type {Fields} from '../domain/fields.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Refused, RunbookEntry, RunDesk} from '../domain/run-desk.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import type {Banner, BodySize} from '../ui/screen-frame.tsx';
import type {RunDraft} from './action.ts';
import {formBindings} from './form-bindings.ts';
import {FormChoices} from './form-choices.ts';
import {type FormField, firstField, openFields, readField, textsOf} from './form-fields.ts';
import {formLines} from './form-lines.tsx';
import {besideField, refusedField} from './form-refusal.ts';
import {offeredFor, pasteInField, pressInField, suggestedFor} from './form-values.ts';
import type {FormPlace} from './navigation.ts';
import {refusalPhrase, riskLook, riskPhrase, wordsPhrase} from './run-look.ts';
import type {Screen, ScreenContext, Summary} from './screen.ts';
import {planPlace} from './start-action.ts';

export class FormScreen implements Screen {
  readonly #context: ScreenContext;
  readonly #place: FormPlace;
  readonly #choices: FormChoices;
  #fields: readonly FormField[] = [];
  #entry: RunbookEntry | undefined;
  #at = 0;
  #isChecking = false;
  #refusal: string | undefined;
  #isClosed = false;

  constructor(context: ScreenContext, place: FormPlace) {
    this.#context = context;
    this.#place = place;
    this.#choices = new FormChoices(context);
    this.refresh();
  }

  place(): FormPlace {
    const draft = {...this.#place.draft, parameters: this.#withKept()};
    const focus = this.#current()?.field.name;
    return {...this.#place, draft, texts: {...this.#place.texts, ...textsOf(this.#fields)}, ...(focus === undefined ? {} : {focus})};
  }

  summary(): Summary {
    const {say, theme} = this.#context;
    if (this.#entry === undefined) return {left: [{text: this.#place.draft.runbook, tone: 'title', isBold: true}], right: []};
    const {words, risk} = this.#entry;
    const look = riskLook(risk, theme.glyphs);
    return {
      left: [{text: say(wordsPhrase(words.title)), tone: 'title', isBold: true}],
      right: [{text: `${look.glyph} ${say(riskPhrase(risk))}`, tone: look.tone}],
    };
  }

  banners(): readonly Banner[] {
    return [];
  }

  bindings(): readonly Binding[] {
    const {say, goUp} = this.#context;
    return formBindings({
      say,
      current: this.#current(),
      choices: this.#all(),
      isLast: this.#at >= this.#fields.length - 1,
      submit: () => void this.#submit(),
      move: by => this.#move(by),
      complete: () => this.#complete(),
      change: (field, change) => this.#change(field, change),
      editText: field => void this.#editText(field),
      leave: goUp,
    });
  }

  takesKey(key: Key): boolean {
    const current = this.#current();
    if (current === undefined) return false;
    const pressed = pressInField(current, key, suggestedFor(current, this.#all()));
    if (pressed === undefined) return false;
    this.#change(current, pressed);
    return true;
  }

  takesPaste(text: string): void {
    const current = this.#current();
    if (current !== undefined) this.#change(current, pasteInField(current, text));
  }

  render(size: BodySize): ReactNode {
    const {say} = this.#context;
    if (this.#entry === undefined) return <Text>{` ${say(phrase('run.noDesk'))}`}</Text>;
    const current = this.#current();
    const lines = formLines({
      context: this.#context,
      entry: this.#entry,
      targets: this.#place.draft.targets,
      fields: this.#fields,
      at: this.#at,
      suggestion: current && suggestedFor(current, this.#all()),
      choices: current === undefined ? [] : offeredFor(current, this.#all()),
      isChecking: this.#isChecking,
      refusal: this.#refusal,
      size,
    });
    return (
      <Box flexDirection="column" width={size.width} height={size.height}>
        {lines}
      </Box>
    );
  }

  refresh(): boolean {
    const desk = this.#desk();
    if (this.#entry === undefined) {
      this.#entry = desk?.catalogue().find(({name}) => name === this.#place.draft.runbook);
      if (this.#entry !== undefined) {
        this.#fields = openFields(this.#entry, this.#place.draft, this.#place.texts);
        this.#at = firstField(this.#fields, this.#place);
      }
    }
    this.#ask();
    return false;
  }

  dispose(): void {
    this.#isClosed = true;
    this.#choices.dispose();
  }

  #desk(): RunDesk | undefined {
    return this.#context.session.desk();
  }

  #current(): FormField | undefined {
    return this.#fields[this.#at];
  }

  #move(by: number): void {
    this.#at = Math.max(0, Math.min(this.#at + by, this.#fields.length - 1));
    this.#ask();
  }

  /** Tab takes the suggestion, else the only choice that is left, else goes on to the next field. */
  #complete(): void {
    const current = this.#current();
    if (current === undefined) return;
    const offered = offeredFor(current, this.#all());
    const whole = suggestedFor(current, this.#all()) ?? (offered.length === 1 ? offered[0] : undefined);
    if (whole === undefined || whole === current.prompt.text) this.#move(1);
    else this.#change(current, {prompt: {...current.prompt, text: whole, cursor: whole.length}, error: undefined});
  }

  #all(): readonly string[] {
    const current = this.#current();
    return current === undefined || this.#entry === undefined ? [] : this.#choices.of(current.field.name);
  }

  #ask(): void {
    const current = this.#current();
    if (current !== undefined && this.#entry !== undefined) this.#choices.ask(this.#entry, current.field, this.#typed());
  }

  #change(which: FormField, change: Partial<FormField>): void {
    this.#fields = this.#fields.map(field => (field.field.name === which.field.name ? {...field, ...change} : field));
    this.#refusal = undefined;
  }

  /** The editor takes the place of the form, so that it is another form that shows the text. */
  async #editText({field: {name}, prompt}: FormField): Promise<void> {
    const {editText, goBeyond} = this.#context;
    const text = await editText(prompt.text, `${name}.yaml`);
    const place = this.place();
    if (text !== undefined) goBeyond({...place, texts: {...place.texts, [name]: text.trim()}, focus: name});
  }

  /** What can be read so far, for choices that depend on it. */
  #typed(): Fields {
    const read = this.#fields.flatMap(field => {
      const typed = field.isMasked ? {value: undefined} : readField(field, () => '');
      return 'value' in typed && typed.value !== undefined ? [[field.field.name, typed.value] as const] : [];
    });
    return {...Object.fromEntries(read)};
  }

  #withKept(): Fields {
    const kept = this.#fields.flatMap(({field, kept: token}) => (token === undefined ? [] : [[field.name, token] as const]));
    return {...this.#place.draft.parameters, ...Object.fromEntries(kept)};
  }

  async #submit(): Promise<void> {
    const desk = this.#desk();
    const draft = desk && this.#read(desk);
    if (desk === undefined || draft === undefined || this.#isChecking) return;
    this.#isChecking = true;
    this.#refusal = undefined;
    try {
      const answer = await desk.plan({runbook: draft.runbook, parameters: {...draft.parameters, target: draft.targets[0] ?? ''}});
      if (this.#isClosed) return;
      if (answer.kind === 'planned') this.#context.goInto(planPlace(draft));
      else this.#refuse(answer);
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error);
    } finally {
      this.#isChecking = false;
      if (!this.#isClosed) this.#context.draw();
    }
  }

  /** undefined where a field cannot be read; what is wrong then stands beside it. */
  #read(desk: RunDesk): RunDraft | undefined {
    const parameters: Record<string, unknown> = {};
    const fields = this.#fields.map((field): FormField => {
      const typed = readField(field, (name, value) => desk.keepMasked(name, value));
      if ('error' in typed) return {...field, error: typed.error};
      if (typed.value !== undefined) parameters[field.field.name] = typed.value;
      // What was typed out of sight is kept by the desk alone.
      const isKept = field.isMasked && typeof typed.value === 'string';
      return isKept
        ? {...field, error: undefined, kept: String(typed.value), prompt: {...field.prompt, text: '', cursor: 0}}
        : {...field, error: undefined};
    });
    this.#fields = fields;
    const wrong = fields.findIndex(({error}) => error !== undefined);
    if (wrong >= 0) {
      this.#at = wrong;
      return undefined;
    }
    const {target, ...rest} = parameters;
    const targets = typeof target === 'string' ? [target] : this.#place.draft.targets;
    return {...this.#place.draft, targets, parameters: rest};
  }

  /** A complaint about one parameter stands beside its field, with the cursor on it. */
  #refuse(refused: Refused): void {
    const said = this.#context.say(refusalPhrase(refused));
    const at = refusedField(this.#entry, this.#fields, refused);
    const current = this.#fields[at];
    if (current === undefined) this.#refusal = said;
    else {
      this.#at = at;
      this.#change(current, {error: besideField(refused, said)});
    }
  }
}
