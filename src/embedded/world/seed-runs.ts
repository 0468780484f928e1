/** What deckhand itself needs in a cluster, as `deckhand manifests` puts it there: the kinds of its runs, their policies and namespace. */
import {provingPolicies, stampingPolicies} from '../../domain/run-kinds/policies.ts';
import {approvalDefinition, runDefinition} from '../../domain/run-kinds/run-definitions.ts';
import {day, type Seeding} from './seeding.ts';

const ageMs = 30 * day;

export async function seedRuns(seeding: Seeding): Promise<void> {
  const objects = [runDefinition, approvalDefinition, ...provingPolicies, ...stampingPolicies];
  for (const object of objects) await seeding.create(object, ageMs);
  await seeding.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'deckhand'}}, ageMs);
}
