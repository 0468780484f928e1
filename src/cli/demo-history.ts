/**
 * Runs of the days before the demo began, carried out by the engine itself with its clock set back, so that history, log and
 * hash chain are real; and two that wait for an approval, one of them for the user's own.
 */
import type {Clock, Random} from '../domain/clock.ts';
import type {Fields} from '../domain/fields.ts';
import type {KubePort, KubeRequest} from '../domain/kube-port.ts';
import {type ApprovalRule, runKind} from '../domain/run.ts';
import type {UserInfo} from '../embedded/apiserver/api-call.ts';
import type {ApiServer} from '../embedded/apiserver/api-server.ts';
import type {BackdatingClock} from '../embedded/world/backdating-clock.ts';
import {defaultDriveSettings} from '../engine/drive-parts.ts';
import {driveRun} from '../engine/drive-run.ts';
import {leaseName} from '../engine/engine.ts';
import {createGatekeeper} from '../engine/gatekeeper.ts';
import {KubeClient} from '../engine/kube-client.ts';
import {createTargetLeases} from '../engine/target-lease.ts';
import {findRunbook} from '../runbooks/catalog.ts';
import {colleagues, demoColleague, demoOwner} from './demo-people.ts';
import {makeEngineParts} from './desk/engine-parts.ts';
import {version} from './version.ts';

const namespace = 'deckhand';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Between two looks at the clock: an engine is not done in an instant. */
const tickMs = 230;

type Story = {
  readonly runbook: string;
  readonly suffix: string;
  readonly parameters: Fields & {readonly target: string};
  readonly by: UserInfo;
  readonly agoMs: number;
  /** The one before it in the list is taken back. */
  readonly isUndo?: true;
  readonly approvals?: readonly ApprovalRule[];
};

const needs = (groups: readonly string[], users: readonly string[]): readonly ApprovalRule[] => [{gate: '*', required: 1, groups, users}];

const stories: readonly Story[] = [
  {
    runbook: 'cronjob-suspend',
    suffix: 'k3v9qd',
    parameters: {target: 'shop/backup', on: true},
    by: demoColleague,
    agoMs: 51 * hourMs,
  },
  {
    runbook: 'cronjob-suspend',
    suffix: 'r7m2xa',
    parameters: {target: 'shop/backup', on: true},
    by: demoColleague,
    agoMs: 47 * hourMs,
    isUndo: true,
  },
  {
    runbook: 'module-release-apply-now',
    suffix: 'p4c8zt',
    parameters: {target: 'sds-local-volume-v0.5.0'},
    by: demoOwner,
    agoMs: 20 * hourMs,
  },
  {runbook: 'node-cordon', suffix: 'w6h1nb', parameters: {target: 'prod-system-0'}, by: demoOwner, agoMs: 5 * hourMs},
  {runbook: 'node-uncordon', suffix: 'd2f5ye', parameters: {target: 'prod-system-0'}, by: demoColleague, agoMs: 4 * hourMs},
  {
    runbook: 'nodegroup-recreate',
    suffix: 'j9s3lu',
    parameters: {target: 'frontend'},
    by: demoOwner,
    agoMs: 35 * minuteMs,
    approvals: needs([colleagues], []),
  },
  {
    runbook: 'instance-replace',
    suffix: 'b8t6go',
    parameters: {target: 'prod-spot-b-7c5f8-9hjm2'},
    by: demoColleague,
    agoMs: 12 * minuteMs,
    approvals: needs([], [demoOwner.username]),
  },
];

export type HistoryParts = {
  readonly server: ApiServer;
  /** The server's own clock. */
  readonly serverClock: BackdatingClock;
  readonly clock: Clock;
  readonly random: Random;
};

/** Names of the runs that wait. */
export async function writeHistory(parts: HistoryParts): Promise<readonly string[]> {
  const waiting: string[] = [];
  let before: {readonly name: string; readonly uid: string} | undefined;
  for (const story of stories) {
    const past = new PastClock(parts.clock, story.agoMs);
    const name = `${story.runbook}-${story.suffix}`;
    const undoOf = story.isUndo === true && before !== undefined ? {undoOf: before} : {};
    const {uid} = await submit(parts, past, name, {...story, ...undoOf});
    if ((await carry(parts, past, {name, uid}, story.by)) === 'parked') waiting.push(name);
    before = {name, uid};
  }
  return waiting;
}

async function submit(parts: HistoryParts, past: PastClock, name: string, story: Story & {readonly undoOf?: Fields}) {
  const {runbook, parameters, by, approvals = [], undoOf} = story;
  const client = new KubeClient(portAt(parts, past, parts.server.portFor(by)));
  const made = await client.create(
    {kind: runKind, namespace, name},
    {
      apiVersion: 'deckhand.dev/v1alpha1',
      kind: runKind.kind,
      metadata: {name, namespace},
      spec: {
        runbook: {name: runbook},
        parameters,
        requestedBy: {user: by.username, groups: by.groups},
        ...(approvals.length > 0 && {approvals}),
        ...(undoOf !== undefined && {undoOf}),
      },
    },
  );
  return made.metadata;
}

/** As far as the run goes without a person. */
async function carry(parts: HistoryParts, past: PastClock, run: {readonly name: string; readonly uid: string}, by: UserInfo) {
  const port = portAt(parts, past, parts.server.port);
  const {ports, store, reader} = makeEngineParts({port, clock: past, random: parts.random});
  const outcome = await driveRun(
    {
      ports,
      store,
      reader,
      findRunbook,
      engineVersion: version,
      holder: {identity: `${by.username}@bastion_${run.uid.slice(0, 8)}`, lease: leaseName(run.uid)},
      gatekeeper: createGatekeeper({ports, isTrusting: true, self: {user: demoOwner.username, groups: demoOwner.groups}}),
      targets: createTargetLeases({ports, store, namespace}),
      settings: defaultDriveSettings,
      isHolding: () => true,
      isStopping: () => false,
      wait: async ms => past.pass(ms),
    },
    {namespace, name: run.name},
  );
  return outcome.kind;
}

/** Requests arrive at the server at the time of the story. */
function portAt({serverClock, clock}: HistoryParts, past: PastClock, port: KubePort): KubePort {
  const then = <Answer>(ask: () => Answer): Answer => serverClock.backdate(clock.now() - past.now(), ask);
  return {
    request: (request: KubeRequest) => then(() => port.request(request)),
    stream: (request: KubeRequest) => then(() => port.stream(request)),
  };
}

/** A clock that stands so far back and moves on whenever it is looked at. */
class PastClock implements Clock {
  readonly #clock: Clock;
  readonly #startMs: number;
  #passedMs = 0;

  constructor(clock: Clock, agoMs: number) {
    this.#clock = clock;
    this.#startMs = clock.now() - agoMs;
  }

  now(): number {
    this.#passedMs += tickMs;
    return this.#startMs + this.#passedMs;
  }

  monotonic(): number {
    return this.#passedMs;
  }

  setTimer(delayMs: number, run: () => void) {
    return this.#clock.setTimer(delayMs, run);
  }

  pass(ms: number): void {
    this.#passedMs += ms;
  }
}
