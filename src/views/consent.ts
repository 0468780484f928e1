/** How strongly a person has to agree, and how far the typing of a name has come. Pasted text never counts. Pure. */
import type {Risk} from '../domain/run.ts';
import type {Key} from '../ui/keys.ts';
import {openPrompt, type PromptState, pressInPrompt} from '../ui/prompt.ts';

export type ConsentDemand =
  | {readonly kind: 'key'; readonly key: 'enter' | 'y'}
  /** Typed letter by letter, one text after the other. */
  | {readonly kind: 'typed'; readonly texts: readonly string[]};

export type ConsentTyping = {
  readonly texts: readonly string[];
  /** Which of them is being typed. */
  readonly at: number;
  readonly prompt: PromptState;
  /** Something was pasted, and not taken. */
  readonly wasPasted: boolean;
  /** Enter was pressed on another text. */
  readonly isWrong: boolean;
};

/** `name` is what a destructive run is confirmed by; a protected context is named at each consent, whatever the risk. */
export function consentDemand(risk: Risk, name: string, protectedContext: string | undefined): ConsentDemand {
  const texts = [...(risk === 'destructive' ? [name] : []), ...(protectedContext === undefined ? [] : [protectedContext])];
  if (texts.length > 0) return {kind: 'typed', texts};
  return {kind: 'key', key: risk === 'harmless' ? 'enter' : 'y'};
}

export function startTyping(texts: readonly string[]): ConsentTyping {
  return {texts, at: 0, prompt: openPrompt([]), wasPasted: false, isWrong: false};
}

/** Keys that are the text's own; all others keep their meaning. */
export function isTyping(key: Key): boolean {
  return key.text !== undefined || key.name === 'backspace' || key.name === 'ctrl-u' || key.name === 'ctrl-w';
}

/** Takes every key while a name is typed: none may mean something else. */
export function pressConsent(typing: ConsentTyping, key: Key): ConsentTyping {
  if (key.isInChunk === true) return pasteConsent(typing);
  const prompt = pressInPrompt(typing.prompt, key, undefined);
  return prompt === undefined ? typing : {...typing, prompt, wasPasted: false, isWrong: false};
}

export function pasteConsent(typing: ConsentTyping): ConsentTyping {
  return {...typing, wasPasted: true};
}

/** 'agreed' once every text was typed; otherwise where the typing stands after Enter. */
export function enterConsent(typing: ConsentTyping): ConsentTyping | 'agreed' {
  if (typing.prompt.text !== typing.texts[typing.at]) return {...typing, isWrong: !typing.wasPasted};
  const at = typing.at + 1;
  return at >= typing.texts.length ? 'agreed' : {...startTyping(typing.texts), at};
}
