/**
 * Disruption budgets: of what runs more than once, one pod at a time may be let go beside those that do not run anyway. That
 * of `orders` takes no notice of its sick pod, so a drain of its nodes waits until that runs for a moment: worth seeing, too.
 */
import {day, type Seeding} from './seeding.ts';
import {workloadCatalogue} from './workload-catalogue.ts';

export async function seedBudgets(seeding: Seeding): Promise<void> {
  for (const {namespace, name, kind, replicas = 1, troubles = [], ageDays = 20} of workloadCatalogue) {
    if ((kind !== 'Deployment' && kind !== 'StatefulSet') || replicas < 2) continue;
    const sick = troubles.filter(trouble => trouble !== 'none').length;
    const spec = {maxUnavailable: name === 'orders' ? 1 : 1 + sick, selector: {matchLabels: {app: name}}};
    await seeding.create({apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: {name, namespace}, spec}, ageDays * day);
  }
}
