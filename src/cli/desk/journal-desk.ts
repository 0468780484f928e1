/** The desk where the cluster cannot hold runs: the same records, kept in a journal on this machine and carried by this process alone. */
import type {AuditTrail} from '../../domain/audit.ts';
import {canonicalJson} from '../../domain/canonical-json.ts';
import type {Log} from '../../domain/log.ts';
import {isFinished, type Requester, type Run} from '../../domain/run.ts';
import type {GateAnswer, RunDesk, RunHandle, Submission} from '../../domain/run-desk.ts';
import type {OpenSource} from '../../domain/source.ts';
import {StatusError} from '../../domain/status-error.ts';
import type {Words} from '../../domain/words.ts';
import {type AuditSink, auditedRunStore} from '../../engine/audited-run-store.ts';
import {Refusal} from '../../engine/define-runbook.ts';
import {defaultDriveSettings, type TargetHold} from '../../engine/drive-parts.ts';
import {createGatekeeper} from '../../engine/gatekeeper.ts';
import {JournalEngine} from '../../engine/journal-engine.ts';
import {journalNamespace} from '../../engine/journal-state.ts';
import {startGate} from '../../engine/run-gates.ts';
import type {RunId, RunStore} from '../../engine/run-store.ts';
import {createTargetLeases} from '../../engine/target-lease.ts';
import {findRunbook} from '../../runbooks/catalog.ts';
import type {OpenJournal} from '../journal/open-journal.ts';
import {localFiles} from '../local-files.ts';
import {version} from '../version.ts';
import {createDeskCore} from './desk-core.ts';
import {type EngineConnection, makeEngineParts, ownerName, sha256} from './engine-parts.ts';
import {refusalOf} from './plan-request.ts';
import {silentMeter} from './silent-meter.ts';
import {watchRuns} from './watched-runs.ts';

export type JournalDeskOptions = EngineConnection & {
  readonly journal: OpenJournal;
  readonly self: Requester;
  readonly log: Log;
  /** Where the leases of targets stand; undefined where there is no such namespace: then beside each target. */
  readonly leaseNamespace: string | undefined;
  readonly mayLease: boolean;
  /** Why the cluster cannot hold runs. */
  readonly why: Words;
  readonly context: string;
  readonly audit: AuditTrail & AuditSink;
  readonly open: OpenSource;
  readonly runsNamespace: string;
  /** Goes on by itself with what earlier processes left in the journal. */
  readonly takesUp: boolean;
};

const workers = 4;

export function createJournalDesk(options: JournalDeskOptions): RunDesk {
  const {journal, self, log, leaseNamespace, mayLease, why, context, audit} = options;
  const {runs} = journal;
  const masked = new Map<string, string>();
  const {
    ports,
    reader,
    store: cluster,
  } = makeEngineParts({...options, maskedValue: name => masked.get(name), files: localFiles(ownerName())});
  const gatekeeper = createGatekeeper({ports, isTrusting: true, self});
  const leases = createTargetLeases({
    ports,
    store: {load: id => loadFrom(runs, cluster, id)},
    namespace: leaseNamespace,
    journal: journal.place,
  });
  const drive = {
    ports,
    reader,
    store: auditedRunStore(runs, {sink: audit, context, digest: sha256, log}),
    findRunbook,
    engineVersion: version,
    gatekeeper,
    targets: orWithoutLease(leases),
    settings: defaultDriveSettings,
  };
  const engine = new JournalEngine({
    ...drive,
    journal: runs,
    log,
    meter: silentMeter,
    owner: ownerName(),
    workers,
    takesUp: options.takesUp,
  });
  const planning = {ports, reader, gatekeeper, namespace: journalNamespace, findRunbook, history: () => runs.runs()};
  const clusterCore = createDeskCore({...planning, store: cluster}, self, masked);
  const watched = watchRuns(options.open, options.runsNamespace);
  const core = createDeskCore({...planning, store: runs}, self, masked);
  return {
    ...core,
    recording: async () => ({kind: 'journal', file: runs.path, why: why.en, words: why, mayLease}),
    submit: async (request, {planDigest, isConsenting}): Promise<Submission> => {
      try {
        const answer = await core.plan(request);
        if (answer.kind === 'refused') return answer;
        const undo = request.undoOf === undefined ? {} : {undoOf: request.undoOf};
        const run = await runs.createRun({runbook: {name: request.runbook}, parameters: request.parameters, planDigest, ...undo});
        if (isConsenting && answer.plan.risk === 'destructive') {
          const evidenceDigest = ports.digest(canonicalJson(answer.plan.facts));
          await runs.consent(run.meta, {...typedYes, gate: startGate, planDigest, evidenceDigest});
        }
        return {kind: 'submitted', run: {namespace: run.meta.namespace, name: run.meta.name, uid: run.meta.uid}};
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return {kind: 'refused', ...refusal};
      }
    },
    audit: max => audit.last(max),
    // Runs of the cluster are shown as well, where they may be listed; nothing is said to them from here.
    settled: () => watched.settled,
    runs: () => [...runs.runs(), ...watched.runs()],
    subscribe: listener => {
      const stops = [runs.subscribe(() => listener()), watched.subscribe(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    transcript: run => (run.namespace === journalNamespace ? core : clusterCore).transcript(run),
    hears: ({meta}) => meta.namespace === journalNamespace,
    order: async (run: RunHandle, order) => {
      const desired = ({pause: 'Pause', resume: 'Run', abort: 'Abort'} as const)[order.verb];
      const reason = order.reason ?? `${order.verb} at ${new Date(ports.clock.now()).toISOString()}`;
      await runs.control(run, {desired, reason, ...(order.verb === 'abort' ? {abortMode: order.mode} : {})});
    },
    answer: async (run: RunHandle, answer: GateAnswer) => {
      await runs.consent(run, answer);
    },
    agreesAnew: () => false,
    adopt: async ({name}) => engine.look(name),
    // One process at a time has the journal: what stands in it is carried here or by nobody.
    carriage: ({meta}) =>
      meta.namespace === journalNamespace ? {carrier: {kind: 'here'}, isNext: true} : {carrier: {kind: 'unseen'}, isNext: false},
    inHand: () => runs.runs().filter(run => !isFinished(run)),
    close: async graceMs => {
      watched.stop();
      await engine.stop(graceMs);
      journal.close();
    },
  };
}

const typedYes = {kind: 'Consent', decision: 'Approve', reason: 'typed at the dashboard'} as const;

/** Whose lease stands on the target may be another run of the journal, or one in the cluster that somebody else was allowed to make. */
async function loadFrom(journal: RunStore, cluster: RunStore, id: RunId): Promise<Run | undefined> {
  if (id.namespace === journalNamespace) return journal.load(id);
  try {
    return await cluster.load(id);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new Refusal('TargetBusy', {
      en: `the target is taken by the run ${id.name} in the namespace ${id.namespace}, which you may not read: ask whoever may whether it has ended`,
      ru: `цель занята запуском ${id.name} в namespace ${id.namespace}, читать который вам нельзя: спросите того, кому можно, закончился ли он`,
    });
  }
}

/** Whoever may not have Leases keeps nobody off the target: what is destructive is refused then. */
function orWithoutLease(leases: TargetHold): TargetHold {
  return {
    take: async (run, script) => {
      try {
        await leases.take(run, script);
      } catch (error) {
        if (!isForbidden(error)) throw error;
        if (script.plan.risk !== 'destructive') return;
        throw new Refusal('NoLease', {
          en: 'without the right to Leases (coordination.k8s.io) nobody can be kept off the target: ask for get, list, create and delete on leases, or for the right to create runbookruns.deckhand.dev',
          ru: 'без права на Lease (coordination.k8s.io) цель не занять, и её может тронуть другой: попросите get, list, create и delete на leases или право create на runbookruns.deckhand.dev',
        });
      }
    },
    release: async run => {
      try {
        await leases.release(run);
      } catch (error) {
        if (!isForbidden(error)) throw error;
      }
    },
  };
}

function isForbidden(error: unknown): boolean {
  return error instanceof StatusError && error.status.code === 403;
}
