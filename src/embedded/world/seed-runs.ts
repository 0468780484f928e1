/** What deckhand itself needs in a cluster, as `deckhand manifests` would have put it there: the kinds of its runs, and their namespace. */
import {approvalDefinition, runDefinition} from '../../domain/run-kinds/run-definitions.ts';
import {day, type Seeding} from './seeding.ts';

const ageMs = 30 * day;

export async function seedRuns(seeding: Seeding): Promise<void> {
  for (const definition of [runDefinition, approvalDefinition]) await seeding.create(definition, ageMs);
  await seeding.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'deckhand'}}, ageMs);
}
