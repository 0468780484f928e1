/** What deckhand says of filters, commands and flags that it cannot read. */
export const englishQuery = {
  'query.badRegex': (term: string, why: string) => `${term}: ${why}`,
};
