/** What is said to a person, in each language that deckhand speaks. Text of the cluster within it is data: the same in both. */

export type Words = {readonly en: string; readonly ru: string};

/** As it is recorded and as scripts read it. */
export function inEnglish(text: string | Words): string {
  return typeof text === 'string' ? text : text.en;
}

/** A text that is data alone is the same in every language. */
export function asWords(text: string | Words): Words {
  return typeof text === 'string' ? {en: text, ru: text} : text;
}

export function joinWords(parts: readonly (string | Words)[], separator: string): Words {
  const words = parts.map(asWords);
  return {en: words.map(({en}) => en).join(separator), ru: words.map(({ru}) => ru).join(separator)};
}
