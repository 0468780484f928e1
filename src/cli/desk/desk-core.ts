/** What every desk does alike: names the runbooks, plans, rehearses, keeps what was typed, and reads the record back. */
import type {Requester} from '../../domain/run.ts';
import type {PlanAnswer, RehearsalAnswer, RunbookEntry, RunDesk, RunHandle, RunRequest, Transcript} from '../../domain/run-desk.ts';
import {readPlan} from '../../engine/plan-run.ts';
import {BrokenLog} from '../../engine/run-store.ts';
import {findRunbook, runbooks} from '../../runbooks/catalog.ts';
import {entryOf} from './catalogue-entries.ts';
import {type PlanningParts, planRequest} from './plan-request.ts';

export type DeskCore = Pick<RunDesk, 'self' | 'catalogue' | 'choices' | 'plan' | 'rehearse' | 'keepMasked' | 'transcript'>;

export function createDeskCore(parts: PlanningParts, self: Requester, masked: Map<string, string>): DeskCore {
  const {ports, reader, store} = parts;
  const entries: readonly RunbookEntry[] = runbooks.map(entryOf);
  return {
    self: () => self,
    catalogue: () => entries,
    choices: async ({runbook, parameters}: RunRequest, parameter: string) =>
      (await findRunbook(runbook)?.parameters[parameter]?.choices?.(reader, parameters)) ?? [],
    plan: (request): Promise<PlanAnswer> => planRequest(parts, request),
    rehearse: async (request): Promise<RehearsalAnswer> => {
      // The API server of a rehearsal is larger than the rest of the desk.
      const {rehearse} = await import('./rehearse.ts');
      return rehearse(parts, request, ports.clock.now());
    },
    keepMasked: (name, value) => {
      const place = `${name}-${randomWord(ports.random)}`;
      masked.set(place, value);
      return `masked:${place}`;
    },
    transcript: async ({namespace, name}: RunHandle): Promise<Transcript> => {
      const run = await store.load({namespace, name});
      if (run === undefined) throw new Error(`the run ${name} is gone`);
      const {plan} = run.status;
      const document = plan && (await store.readPlan(run, plan.ref));
      const steps = document === undefined ? {} : {steps: readPlan(document).steps};
      try {
        return {run, entries: await store.readLog(run), ...steps};
      } catch (error) {
        if (!(error instanceof BrokenLog)) throw error;
        return {run, entries: error.entries, brokenAt: error.seq, ...steps};
      }
    },
  };
}

export function randomWord(random: () => number): string {
  return Math.floor(random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0');
}
