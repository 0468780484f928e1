/** The desk where nothing may be changed: it plans and shows, and refuses the rest in one sentence. */
import type {AuditTrail} from '../../domain/audit.ts';
import type {Requester} from '../../domain/run.ts';
import type {RunDesk, Submission} from '../../domain/run-desk.ts';
import type {OpenSource} from '../../domain/source.ts';
import {createGatekeeper} from '../../engine/gatekeeper.ts';
import {findRunbook} from '../../runbooks/catalog.ts';
import {localFiles} from '../local-files.ts';
import {createDeskCore} from './desk-core.ts';
import {type EngineConnection, makeEngineParts, ownerName} from './engine-parts.ts';
import {watchRuns} from './watched-runs.ts';

export const askedReadOnly = 'read-only: nothing is submitted; start deckhand without --readonly, or take readOnly out of its config';

/** `why` is the sentence with which everything is refused. */
export function createReadOnlyDesk(
  connection: EngineConnection & {readonly audit: AuditTrail; readonly open: OpenSource; readonly runsNamespace: string},
  self: Requester,
  why: string,
): RunDesk {
  const parts = makeEngineParts({...connection, files: localFiles(ownerName())});
  const gatekeeper = createGatekeeper({ports: parts.ports, isTrusting: true, self});
  const watched = watchRuns(connection.open, connection.runsNamespace);
  const never = async (): Promise<never> => {
    throw new Error(why);
  };
  return {
    ...createDeskCore({...parts, gatekeeper, namespace: '', findRunbook, history: () => []}, self, new Map()),
    recording: async () => ({kind: 'read-only', why}),
    submit: async (): Promise<Submission> => ({kind: 'refused', reason: 'ReadOnly', message: why}),
    audit: max => connection.audit.last(max),
    settled: () => watched.settled,
    runs: () => watched.runs(),
    subscribe: listener => watched.subscribe(listener),
    hears: () => false,
    order: never,
    answer: never,
    agreesAnew: () => false,
    adopt: never,
    carriage: () => ({carrier: {kind: 'unseen'}, isNext: false}),
    inHand: () => [],
    close: async () => watched.stop(),
  };
}
