/** Draws a parameter form: what the runbook does, one line a field, and below them what the field at hand takes. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {RunbookEntry} from '../domain/run-desk.ts';
import {PromptLine} from '../ui/prompt-line.tsx';
import type {BodySize} from '../ui/screen-frame.tsx';
import {paint, type Tone} from '../ui/theme.ts';
import {fitText, visibleText} from '../ui/width.ts';
import {wrapText} from '../ui/wrap.ts';
import type {FormField} from './form-fields.ts';
import {wordsPhrase} from './run-look.ts';
import type {ScreenContext} from './screen.ts';

export type FormLinesProps = {
  readonly context: ScreenContext;
  readonly entry: RunbookEntry;
  readonly targets: readonly string[];
  readonly fields: readonly FormField[];
  readonly at: number;
  readonly suggestion: string | undefined;
  readonly choices: readonly string[];
  readonly isChecking: boolean;
  /** Why the whole of it cannot be planned. */
  readonly refusal: string | undefined;
  readonly size: BodySize;
};

const labelWidthMax = 20;
const refusalLinesMax = 6;
const errorLinesMax = 4;

export function formLines(props: FormLinesProps): readonly ReactNode[] {
  const {context, entry, targets, fields, at, choices, isChecking, refusal, size} = props;
  const {say} = context;
  const width = size.width - 2;
  const intro = [
    ...textLines(props, say(wordsPhrase(entry.words.will)), 'plain', 2),
    ...(targets.length > 1 ? textLines(props, say(phrase('form.targets', targets.length, targets.join(', '))), 'accent', 2) : []),
    blank('intro'),
  ];
  const current = fields[at];
  const help =
    current === undefined
      ? []
      : [
          blank('help'),
          ...textLines(props, say(wordsPhrase(current.field.words)), 'dim', 2),
          ...(current.isMasked ? textLines(props, say(phrase('form.masked')), 'dim', 2) : []),
          ...(choices.length > 0 && current.field.type !== 'boolean'
            ? [line('choices', paint(context.theme, fitText(visibleText(choicesText(choices, width)), width), {tone: 'accent'}))]
            : []),
          ...(current.field.type === 'boolean' ? textLines(props, say(phrase('form.yesOrNo')), 'dim', 1) : []),
          ...(isChecking ? textLines(props, say(phrase('form.checking')), 'busy', 1) : []),
        ];
  const refused = refusal === undefined ? [] : [blank('refused'), ...textLines(props, refusal, 'broken', refusalLinesMax)];
  const byField = fields.map((field, index) => fieldLines(props, field, index === at));
  const rows = byField.flat();
  const room = Math.max(2, size.height - intro.length - refused.length - help.length);
  const cursorRow = byField.slice(0, at).flat().length;
  const top = Math.max(0, Math.min(cursorRow - Math.floor(room / 2), rows.length - room));
  return [...intro, ...rows.slice(top, top + room), ...refused, ...help].slice(0, size.height);
}

function fieldLines({context, fields, suggestion, size}: FormLinesProps, field: FormField, isCurrent: boolean): ReactNode[] {
  const {theme, say} = context;
  const {name} = field.field;
  const labelWidth = Math.min(labelWidthMax, Math.max(...fields.map(each => each.field.name.length)));
  const label = fitText(name, labelWidth);
  const text = field.isMasked ? '•'.repeat([...field.prompt.text].length) : field.prompt.text;
  const note = text === '' ? {text: say(emptyPhrase(field)), tone: 'dim' as const} : undefined;
  const drawn = isCurrent ? (
    <PromptLine
      key={name}
      theme={theme}
      sign={`${theme.glyphs.cursor} ${label}  `}
      state={{...field.prompt, text, cursor: field.isMasked ? text.length : field.prompt.cursor}}
      suggestion={field.isMasked ? undefined : suggestion}
      {...(note === undefined ? {} : {note})}
      width={size.width}
    />
  ) : (
    line(
      name,
      `  ${paint(theme, label, {tone: 'dim'})}  ${paint(theme, fitText(visibleText(text) || (note?.text ?? ''), Math.max(1, size.width - labelWidth - 6)), {tone: text === '' ? 'dim' : 'plain'})}`,
    )
  );
  if (field.error === undefined) return [drawn];
  const error = `${theme.glyphs.verdict.broken} ${say(field.error)}`;
  const indent = ' '.repeat(labelWidth + 4);
  const lines = wrapText(visibleText(error), Math.max(1, size.width - labelWidth - 6)).slice(0, errorLinesMax);
  return [drawn, ...lines.map((each, index) => line(`${name}/error/${index}`, indent + paint(theme, each, {tone: 'broken'})))];
}

/** What it means that nothing is there. */
function emptyPhrase({field: {isRequired, neededFor}, kept}: FormField): Phrase {
  if (kept !== undefined) return phrase('form.kept');
  if (isRequired) return phrase('form.required');
  return neededFor === undefined ? phrase('form.optional') : wordsPhrase(neededFor);
}

function textLines({context: {theme}, size}: FormLinesProps, text: string, tone: Tone, linesMax: number): ReactNode[] {
  return wrapText(text, size.width - 2)
    .slice(0, linesMax)
    .map((each, index) => line(`${text}/${index}`, paint(theme, each, {tone})));
}

/** As many as fit, and how many more there are. */
function choicesText(choices: readonly string[], width: number): string {
  let text = '';
  for (const [index, choice] of choices.entries()) {
    const longer = text === '' ? choice : `${text}  ${choice}`;
    if (longer.length > width - 8 && text !== '') return `${text}  +${choices.length - index}`;
    text = longer;
  }
  return text;
}

function line(key: string, text: string): ReactNode {
  return (
    <Text key={key} wrap="truncate">
      {` ${text}`}
    </Text>
  );
}

function blank(key: string): ReactNode {
  return <Text key={`${key}/blank`}> </Text>;
}
