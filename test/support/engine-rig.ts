/** Engines over one embedded API server, each a process of its own that can be killed or frozen, under one clock. */
import {createLiveness} from '../../src/cluster/liveness.ts';
import {createSourceOpener} from '../../src/cluster/open-source.ts';
import type {KubePort, KubeRequest} from '../../src/domain/kube-port.ts';
import {createClusterRunStore} from '../../src/engine/cluster-run-store.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import {defaultDriveSettings} from '../../src/engine/drive-parts.ts';
import {Engine} from '../../src/engine/engine.ts';
import {createGatekeeper} from '../../src/engine/gatekeeper.ts';
import {leaseSettings} from '../../src/engine/lease.ts';
import {createLeaseFeed} from '../../src/engine/lease-feed.ts';
import {createReader} from '../../src/engine/live-reader.ts';
import type {EnginePorts} from '../../src/engine/ports.ts';
import {createTargetLeases} from '../../src/engine/target-lease.ts';
import {RecordedMeter} from './recorded-meter.ts';
import {digest, type RunKit} from './run-kit.ts';
import {runsNamespace} from './run-records.ts';

export type EngineProcess = {
  readonly engine: Engine;
  /** Paths of its successful writes outside its own records. */
  readonly effects: readonly string[];
  /** No request of it is answered any more, for ever. */
  kill(): void;
};

let started = 0;

export type RigOptions = {
  readonly workers?: number;
  /** Called when the server has answered and the engine does not know it yet. */
  readonly onAnswer?: (request: KubeRequest) => Promise<unknown> | undefined;
};

export function startEngine(kit: RunKit, runbooks: readonly Runbook[], {workers = 1, onAnswer}: RigOptions = {}): EngineProcess {
  started += 1;
  let isDead = false;
  const effects: string[] = [];
  const kube: KubePort = {
    request: async request => {
      if (isDead) return new Promise(() => undefined);
      const answer = await kit.port.request(request);
      await onAnswer?.(request);
      if (request.method === 'PATCH' && answer.status < 300 && !request.path.includes('/runbookruns/'))
        effects.push(request.path.split('?')[0] ?? '');
      return isDead ? new Promise(() => undefined) : answer;
    },
    stream: request => (isDead ? new Promise(() => undefined) : kit.port.stream(request)),
  };
  const ports: EnginePorts = {kube, clock: kit.clock, random: () => 0.5, digest};
  const liveness = createLiveness({port: kube, clock: kit.clock});
  const open = createSourceOpener({port: kube, clock: kit.clock, random: () => 0.5, liveness});
  const store = createClusterRunStore(ports);
  const engine = new Engine({
    ports,
    store,
    reader: createReader(ports),
    findRunbook: name => runbooks.find(runbook => runbook.name === name),
    engineVersion: 'test',
    gatekeeper: createGatekeeper({ports, isTrusting: true, self: {user: 'deckhand', groups: []}}),
    targets: createTargetLeases({ports, store, namespace: runsNamespace}),
    settings: defaultDriveSettings,
    log: () => undefined,
    meter: new RecordedMeter(),
    open,
    leaseFeed: createLeaseFeed(open),
    leaseSettings,
    namespace: runsNamespace,
    owner: `engine-${started}`,
    workers,
    mayCarry: () => true,
  });
  void engine.start();
  return {
    engine,
    effects,
    kill: () => {
      isDead = true;
    },
  };
}
