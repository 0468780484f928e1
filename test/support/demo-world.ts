/** The world of the demo in this process, under a clock that moves on demand, with a desk over it as the dashboard has one. */
import {openDesk} from '../../src/cli/desk/open-desk.ts';
import {createLiveness} from '../../src/cluster/liveness.ts';
import {createSourceOpener} from '../../src/cluster/open-source.ts';
import type {Fields} from '../../src/domain/fields.ts';
import {isFinished, type Run, type StepStatus} from '../../src/domain/run.ts';
import type {RunDesk, RunRequest} from '../../src/domain/run-desk.ts';
import {createApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {createNodeRuntime} from '../../src/embedded/world/node-runtime.ts';
import {Tenants} from '../../src/embedded/world/tenants.ts';
import {startWorld} from '../../src/embedded/world/world.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {FakeClock} from './fake-clock.ts';

/** The same numbers every time, and spread well enough for scripted life. */
function countingRandom(): () => number {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Monday noon: no window of the demo is open. */
const startMs = Date.parse('2026-01-05T12:00:00Z');
const runMsMax = 15 * 60_000;

type Hands = {readonly sitDown: () => Promise<RunDesk>; readonly stop: () => void};

export class DemoWorld {
  readonly clock = new FakeClock(startMs);
  readonly client: WorldClient;
  readonly #hands: Hands;
  #desk: RunDesk;

  private constructor(clock: FakeClock, client: WorldClient, desk: RunDesk, hands: Hands) {
    this.clock = clock;
    this.client = client;
    this.#desk = desk;
    this.#hands = hands;
  }

  get desk(): RunDesk {
    return this.#desk;
  }

  static async start(): Promise<DemoWorld> {
    const clock = new FakeClock(startMs);
    const random = countingRandom();
    const tenants = new Tenants();
    const server = createApiServer({clock, random, hasRbac: true, runtime: createNodeRuntime(clock, tenants)});
    const life = await startWorld({port: server.port, clock, random, tenants});
    const port = server.portFor({username: 'demo', uid: '', groups: ['system:masters']});
    const open = createSourceOpener({port, clock, random, liveness: createLiveness({port, clock})});
    const sitDown = (): Promise<RunDesk> =>
      openDesk({
        port,
        streams: server.streams,
        open,
        clock,
        random,
        log: () => undefined,
        runsNamespace: 'deckhand',
        serverUrl: 'https://127.0.0.1',
        context: 'demo',
        audit: {last: async () => [], record: async () => undefined},
        isReadOnly: false,
        takesUp: true,
      });
    const stop = (): void => {
      life.stop();
      server.stop();
    };
    return new DemoWorld(clock, new WorldClient(port), await sitDown(), {sitDown, stop});
  }

  /** The desk is left, and another process of the same user begins: what the first knew of its runs is gone. */
  async changeDesk(): Promise<void> {
    await this.#soon(this.#desk.close(0));
    this.#desk = await this.#soon(this.#hands.sitDown());
  }

  stop(): void {
    this.#hands.stop();
    void this.#desk.close(0);
  }

  /** Plans, agrees, and waits until the run has ended or needs a person. Throws where the plan is refused. */
  async run(runbook: string, parameters: Fields, undoOf?: RunRequest['undoOf']): Promise<Run> {
    const request = {runbook, parameters, ...(undoOf !== undefined && {undoOf})};
    const answered = await this.#soon(this.desk.plan(request));
    if (answered.kind === 'refused') throw new Error(`${runbook}: ${answered.reason}: ${answered.message}`);
    const {digest} = answered.plan;
    const submitted = await this.#soon(this.desk.submit(request, {planDigest: digest, isConsenting: true}));
    if (submitted.kind === 'refused') throw new Error(`${runbook}: ${submitted.reason}: ${submitted.message}`);
    return this.awaitPerson(submitted.run.uid);
  }

  /** What a person says at the gate where the run waits. */
  async approve(run: Run): Promise<Run> {
    await this.#soon(this.#answerAt(run));
    await this.clock.advance(2000);
    return this.awaitPerson(run.meta.uid);
  }

  async #answerAt(run: Run): Promise<void> {
    const gate = run.status.steps.find(step => step.gate !== undefined && step.gate.have < step.gate.required)?.gate;
    if (gate === undefined) throw new Error(`${run.meta.name} waits at no gate`);
    await this.desk.answer(run.meta, {
      gate: gate.id,
      kind: 'Consent',
      decision: 'Approve',
      planDigest: run.status.plan?.digest ?? '',
      evidenceDigest: gate.evidenceDigest,
      reason: 'seen',
    });
  }

  /** Says yes at its gate, and leaves at the very moment when the step at hand is `so`; another process of the same user begins. */
  async approveAndLeave(run: Run, so: (step: StepStatus) => boolean): Promise<Run> {
    const step = (): StepStatus | undefined => this.#stepAtHand(run.meta.uid);
    const {desk} = this;
    const isSo = new Promise<void>(resolve => {
      const unsubscribe = desk.subscribe(() => {
        const at = step();
        if (at === undefined || !so(at)) return;
        unsubscribe();
        resolve(desk.close(0));
      });
    });
    await this.#soon(this.#answerAt(run));
    await this.#soon(isSo);
    this.#desk = await this.#soon(this.#hands.sitDown());
    return this.known(run.meta.uid);
  }

  #stepAtHand(uid: string): StepStatus | undefined {
    const {status} = this.known(uid);
    return status.steps.find(({id}) => id === status.current);
  }

  /** Ends a run that has failed, and takes back what it did. */
  async abandon(run: Run): Promise<Run> {
    await this.#soon(this.desk.order(run.meta, {verb: 'abort', mode: 'Undo'}));
    await this.clock.advance(2000);
    return this.awaitPerson(run.meta.uid);
  }

  async awaitPerson(uid: string): Promise<Run> {
    for (let waitedMs = 0; waitedMs < runMsMax; waitedMs += 1000) {
      await this.clock.advance(1000);
      const run = this.desk.runs().find(({meta}) => meta.uid === uid);
      if (run !== undefined && isStill(run)) return run;
    }
    return this.known(uid);
  }

  known(uid: string): Run {
    const run = this.desk.runs().find(({meta}) => meta.uid === uid);
    if (run === undefined) throw new Error('the run is gone');
    return run;
  }

  /** What is asked answers while time goes on. */
  async #soon<Answer>(answer: Promise<Answer>): Promise<Answer> {
    let isThere = false;
    const settled = answer.finally(() => {
      isThere = true;
    });
    while (!isThere) await this.clock.advance(100);
    return settled;
  }
}

function isStill(run: Run): boolean {
  const isAtGate =
    run.status.phase === 'AwaitingApproval' && run.status.steps.some(({gate}) => gate !== undefined && gate.evidenceDigest !== '');
  return isFinished(run) || run.status.phase === 'Paused' || isAtGate;
}

/** One line a step, for a failure that explains itself. */
export function tellRun({spec, status}: Run): string {
  const steps = status.steps.map(({id, state, message}) => `${id} ${state}: ${message}`);
  const conditions = status.conditions.map(({type, status: is, reason, message}) => `${type}=${is} ${reason} ${message}`);
  return [`${spec.runbook.name} ${status.phase}`, ...steps, ...conditions].join('\n  ');
}
