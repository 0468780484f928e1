/** What a runbook says to a person, in each language that deckhand speaks; it stands in the runbook's own file. */

export type Words = {readonly en: string; readonly ru: string};

/** As it is recorded and as scripts read it. */
export function inEnglish(text: string | Words): string {
  return typeof text === 'string' ? text : text.en;
}
