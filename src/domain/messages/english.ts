/**
 * The English catalogue: every sentence that deckhand says, by key. Other languages satisfy `Catalogue`, so one that
 * lacks a key does not type-check. Arguments are plain data; cluster text goes through `text` unchanged.
 */
import {englishCarrying} from './english-carrying.ts';
import {englishCluster} from './english-cluster.ts';
import {englishPostgres} from './english-postgres.ts';
import {englishQuery} from './english-query.ts';
import {englishRuns} from './english-runs.ts';
import {englishScreen} from './english-screen.ts';
import {englishTerminal} from './english-terminal.ts';
import {englishVerdicts} from './english-verdicts.ts';

export const english = {
  text: (text: string) => text,
  ...englishCarrying,
  ...englishCluster,
  ...englishPostgres,
  ...englishQuery,
  ...englishRuns,
  ...englishScreen,
  ...englishTerminal,
  ...englishVerdicts,
};
