/** Which language the dashboard speaks: the flag, else the locale. What scripts read stays English. */
import {english} from '../domain/messages/english.ts';
import type {Catalogue} from '../domain/messages/phrase.ts';

export const languages = ['en', 'ru'] as const;

export type Language = (typeof languages)[number];

/** A locale of any other language is answered in English, which everybody at a terminal reads. */
export function chooseLanguage(flag: Language | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return flag ?? (/^ru(?![a-z])/i.test(locale) ? 'ru' : 'en');
}

/** Only a language that is spoken is loaded. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'en':
      return english;
    case 'ru':
      return (await import('../domain/messages/russian.ts')).russian;
  }
}
