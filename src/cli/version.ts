/** The version that the program says of itself; the build puts package.json's in. */
declare const DECKHAND_VERSION: string | undefined;

export const version = typeof DECKHAND_VERSION === 'string' ? DECKHAND_VERSION : '0.0.0-source';
