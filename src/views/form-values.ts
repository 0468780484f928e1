/** How a key or a paste changes the value of a field: most are typed, yes and no and fixed choices are picked. Pure. */
import {type Key, latinKey} from '../ui/keys.ts';
import {pasteInPrompt, pressInPrompt} from '../ui/prompt.ts';
import type {FormField} from './form-fields.ts';

const yesNoByLetter: Readonly<Record<string, string>> = {t: 'true', y: 'true', f: 'false', n: 'false'};
const clearingKeys: readonly string[] = ['backspace', 'delete', 'ctrl-u', 'ctrl-w'];
/** They are the shell's while a form is open: a field has no history to walk through. */
const shellKeys: readonly string[] = ['ctrl-p', 'ctrl-n'];

/** While one of the choices stands there, or nothing yet; what is half typed is typed on. */
export function canPick({field, prompt: {text}}: FormField, choices: readonly string[]): boolean {
  if (field.type === 'boolean') return true;
  return field.isClosed && choices.length > 0 && (text === '' || choices.includes(text));
}

/** The next of the choices, or the one before. */
export function picked(current: FormField, choices: readonly string[], by: 1 | -1): Partial<FormField> {
  const at = choices.indexOf(current.prompt.text);
  const next = at < 0 ? (by > 0 ? 0 : -1) : (at + by) % choices.length;
  return {...holding(current, choices.at(next) ?? ''), isPicked: true};
}

/** What the text may go on to. */
export function suggestedFor({prompt: {text}, isMasked}: FormField, choices: readonly string[]): string | undefined {
  if (isMasked || text === '') return undefined;
  return choices.find(choice => choice.startsWith(text) && choice !== text);
}

/** Those that have what is typed in them; all of them where a whole one stands there already. */
export function offeredFor({prompt: {text}}: FormField, choices: readonly string[]): readonly string[] {
  const typed = text.toLowerCase();
  return choices.includes(text) ? choices : choices.filter(choice => choice.toLowerCase().includes(typed));
}

/** undefined when the key is none of the field's own. */
export function pressInField(current: FormField, key: Key, suggestion: string | undefined): Partial<FormField> | undefined {
  if (shellKeys.includes(key.name)) return undefined;
  if (current.field.type === 'boolean') return pressYesOrNo(current, key);
  const isReplaced = current.isPicked === true && key.text !== undefined;
  const prompt = pressInPrompt(isReplaced ? holding(current, '').prompt : current.prompt, key, suggestion);
  return prompt === undefined ? undefined : {prompt, isPicked: false, error: undefined};
}

export function pasteInField(current: FormField, text: string): Partial<FormField> {
  if (current.field.type !== 'boolean') return {prompt: pasteInPrompt(current.prompt, text), isPicked: false, error: undefined};
  const pasted = text.trim();
  return pasted === 'true' || pasted === 'false' ? holding(current, pasted) : {};
}

/** Takes every letter, so that a word that is typed out comes to what it says. */
function pressYesOrNo(current: FormField, key: Key): Partial<FormField> | undefined {
  if (clearingKeys.includes(key.name)) return holding(current, '');
  if (key.text === undefined) return undefined;
  const value = yesNoByLetter[(latinKey(key)?.name ?? key.name).toLowerCase()];
  return value === undefined ? {} : holding(current, value);
}

function holding({prompt}: FormField, text: string): {readonly prompt: FormField['prompt']; readonly error: undefined} {
  return {prompt: {...prompt, text, cursor: text.length}, error: undefined};
}
