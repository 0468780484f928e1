/** The Russian catalogue: every sentence of the English one, in the words of an engineer on call. Terms of Kubernetes stay as kubectl has them. */
import type {Catalogue} from './phrase.ts';
import {russianCarrying} from './russian-carrying.ts';
import {russianCluster} from './russian-cluster.ts';
import {russianPostgres} from './russian-postgres.ts';
import {russianQuery} from './russian-query.ts';
import {russianRuns} from './russian-runs.ts';
import {russianScreen} from './russian-screen.ts';
import {russianTerminal} from './russian-terminal.ts';
import {russianVerdicts} from './russian-verdicts.ts';

export const russian: Catalogue = {
  text: text => text,
  ...russianCarrying,
  ...russianCluster,
  ...russianPostgres,
  ...russianQuery,
  ...russianRuns,
  ...russianScreen,
  ...russianTerminal,
  ...russianVerdicts,
};
