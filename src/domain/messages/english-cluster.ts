/** What deckhand says of reaching a cluster: connection, credentials, freshness. */
export const englishCluster = {
  'source.syncing': () => 'reading',
};
