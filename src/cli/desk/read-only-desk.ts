/** The desk where nothing may be changed: it plans and shows, and refuses the rest in one sentence. */
import type {RunbookEntry, RunDesk, Submission} from '../../domain/run-desk.ts';
import {createGatekeeper} from '../../engine/gatekeeper.ts';
import {findRunbook, runbooks} from '../../runbooks/catalog.ts';
import {entryOf} from './catalogue-entries.ts';
import {type EngineConnection, makeEngineParts} from './engine-parts.ts';
import {planRequest} from './plan-request.ts';
import {rehearse} from './rehearse.ts';

const refused = {
  kind: 'refused',
  reason: 'ReadOnly',
  message: 'read-only: nothing is submitted; start deckhand without --readonly, or mend readOnly in its config',
} as const;

export function createReadOnlyDesk(
  connection: EngineConnection,
  self: {readonly user: string; readonly groups: readonly string[]},
): RunDesk {
  const parts = makeEngineParts(connection);
  const gatekeeper = createGatekeeper({ports: parts.ports, isTrusting: true, self});
  const planning = {...parts, gatekeeper, namespace: '', findRunbook, history: () => []};
  const never = async (): Promise<never> => {
    throw new Error(refused.message);
  };
  return {
    recording: async () => ({kind: 'read-only'}),
    whoAmI: async () => self.user,
    catalogue: (): readonly RunbookEntry[] => runbooks.map(entryOf),
    choices: async ({runbook, parameters}, parameter) =>
      (await findRunbook(runbook)?.parameters[parameter]?.choices?.(parts.reader, parameters)) ?? [],
    plan: request => planRequest(planning, request),
    rehearse: request => rehearse(planning, request, connection.clock.now()),
    keepMasked: () => '',
    submit: async (): Promise<Submission> => refused,
    settled: async () => undefined,
    runs: () => [],
    subscribe: () => () => undefined,
    order: never,
    answer: never,
    transcript: never,
    adopt: never,
    inHand: () => [],
    close: async () => undefined,
  };
}
