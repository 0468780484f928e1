/** Disruption budgets: of what runs more than once, one pod at a time may be let go. */
import {day, type Seeding} from './seeding.ts';
import {workloadCatalogue} from './workload-catalogue.ts';

export async function seedBudgets(seeding: Seeding): Promise<void> {
  for (const {namespace, name, kind, replicas = 1, ageDays = 20} of workloadCatalogue) {
    if ((kind !== 'Deployment' && kind !== 'StatefulSet') || replicas < 2) continue;
    const spec = {maxUnavailable: 1, selector: {matchLabels: {app: name}}};
    await seeding.create({apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: {name, namespace}, spec}, ageDays * day);
  }
}
