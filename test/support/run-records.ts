/** Where the kit's runs are recorded: as objects of its API server, or in a journal that outlives the processes that write it. */
import type {Clock, Random} from '../../src/domain/clock.ts';
import {type Fields, readFields, readString} from '../../src/domain/fields.ts';
import type {KubePort} from '../../src/domain/kube-port.ts';
import {readRun} from '../../src/domain/read-run.ts';
import {type Requester, type Run, runKind} from '../../src/domain/run.ts';
import type {WorldClient} from '../../src/embedded/world/world-client.ts';
import {createClusterRunStore} from '../../src/engine/cluster-run-store.ts';
import {JournalRuns} from '../../src/engine/journal-run-store.ts';
import {journalNamespace} from '../../src/engine/journal-state.ts';
import {KubeClient} from '../../src/engine/kube-client.ts';
import type {EnginePorts} from '../../src/engine/ports.ts';
import type {RunStore} from '../../src/engine/run-store.ts';
import {MemoryFile} from './memory-file.ts';

export const runsNamespace = 'deckhand';

export type RunRecords = {
  readonly namespace: string;
  /** Set where the record is a file. */
  readonly place?: string;
  submit(name: string, spec: Fields): Promise<Run>;
  load(name: string): Promise<Run>;
  control(name: string, control: Fields): Promise<void>;
  /** What a person says; `spec` as in a RunbookApproval. */
  say(name: string, run: Run, spec: Fields): Promise<void>;
  /** For an engine whose calls go through these ports. */
  store(ports: EnginePorts): Promise<RunStore>;
  /** The process is dead: nothing that it held in memory is left. */
  forget(): void;
};

export function clusterRecords(world: WorldClient, port: KubePort, digest: EnginePorts['digest']): RunRecords {
  const type = {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', namespace: runsNamespace};
  return {
    namespace: runsNamespace,
    submit: async (name, spec) =>
      readRun(await world.create({apiVersion: type.apiVersion, kind: type.kind, metadata: {name, namespace: runsNamespace}, spec})),
    load: async name => {
      const object = await new KubeClient(port).get({kind: runKind, namespace: runsNamespace, name});
      if (object === undefined) throw new Error(`there is no run ${name}`);
      return readRun(object);
    },
    control: async (name, control) => void (await world.patch({...type, name}, {spec: {control}})),
    say: async (name, {meta}, spec) => {
      await world.create({
        apiVersion: type.apiVersion,
        kind: 'RunbookApproval',
        metadata: {name, namespace: runsNamespace},
        spec: {run: {name: meta.name, uid: meta.uid}, ...spec},
      });
    },
    store: async ({kube}) => createClusterRunStore({kube, digest}),
    forget: () => undefined,
  };
}

export type JournalRecordsOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: EnginePorts['digest'];
  readonly user: Requester;
  readonly strike: MemoryFile['strike'];
};

export function journalRecords({clock, random, digest, user, strike}: JournalRecordsOptions): RunRecords {
  const file = new MemoryFile();
  let opened: JournalRuns | undefined;
  const runs = async (): Promise<JournalRuns> => {
    file.strike = strike;
    opened ??= await JournalRuns.open({file, cluster: 'test', user, log: () => undefined, ports: {clock, random, digest}});
    return opened;
  };
  return {
    namespace: journalNamespace,
    place: `here:${file.path}`,
    submit: async (name, spec) => (await runs()).createRun(spec, name),
    load: async name => {
      const run = await (await runs()).load({namespace: journalNamespace, name});
      if (run === undefined) throw new Error(`there is no run ${name}`);
      return run;
    },
    control: async (name, control) => void (await (await runs()).control({name}, readFields({control}, 'control'))),
    say: async (_, {meta}, spec) => {
      const text = (field: string): string => readString(spec, field) ?? '';
      await (await runs()).consent(meta, {
        gate: text('gate'),
        kind: spec.kind === 'Approval' ? 'Approval' : 'Consent',
        decision: spec.decision === 'Reject' ? 'Reject' : 'Approve',
        planDigest: text('planDigest'),
        evidenceDigest: text('evidenceDigest'),
        reason: text('reason'),
      });
    },
    store: runs,
    forget: () => {
      opened = undefined;
    },
  };
}
