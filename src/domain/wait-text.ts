/** What a step waits for and what it sees instead, as one text of the record, and read back from there for a screen. */
import type {StepStatus} from './run.ts';
import {asWords, type Words} from './words.ts';

export type Wait = {readonly wanted: Words; readonly seen: Words};

export function waitText(wanted: string | Words, seen: string | Words): Words {
  const [want, see] = [asWords(wanted), asWords(seen)];
  return {en: `wanted: ${want.en}; seen: ${see.en}`, ru: `нужно: ${want.ru}; сейчас: ${see.ru}`};
}

/** Undefined where the step waits for nothing in the world. */
export function waitOf({message, messageRu, reason}: StepStatus): Wait | undefined {
  if (reason !== 'Waiting' && reason !== 'TimedOut') return undefined;
  const [, wanted, seen] = /^wanted: (.*?); seen: (.*)$/s.exec(message) ?? [];
  if (wanted === undefined || seen === undefined) return undefined;
  const [, needed = wanted, now = seen] = /^нужно: (.*?); сейчас: (.*)$/s.exec(messageRu ?? '') ?? [];
  return {wanted: {en: wanted, ru: needed}, seen: {en: seen, ru: now}};
}
