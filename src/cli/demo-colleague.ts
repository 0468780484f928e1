/** The colleague of the demo, who has asked for a run and gone to lunch: their engine wakes when somebody approves it. */
import {createLiveness} from '../cluster/liveness.ts';
import {createSourceOpener} from '../cluster/open-source.ts';
import type {Clock, Random} from '../domain/clock.ts';
import {readString} from '../domain/fields.ts';
import {resourcePath} from '../domain/resource.ts';
import {approvalKind, isFinished} from '../domain/run.ts';
import type {RunDesk} from '../domain/run-desk.ts';
import type {ApiServer} from '../embedded/apiserver/api-server.ts';
import {followKind} from '../embedded/world/follow-kind.ts';
import {demoColleague} from './demo-people.ts';
import {openDesk} from './desk/open-desk.ts';

const namespace = 'deckhand';

export type ColleagueParts = {
  readonly server: ApiServer;
  readonly clock: Clock;
  readonly random: Random;
  /** The runs that wait, by name. */
  readonly waiting: readonly string[];
};

export function startColleague(parts: ColleagueParts): {stop(): void} {
  const {server, clock, waiting} = parts;
  let desk: Promise<RunDesk> | undefined;
  const followed = followKind(server.port, clock, resourcePath(approvalKind, namespace), ({object}) => {
    const run = readString(object, 'spec.run.name') ?? '';
    if (desk === undefined && waiting.includes(run)) desk = carry(parts);
  });
  const stop = (): void => {
    followed.stop();
    void desk?.then(open => open.close(0)).catch(() => undefined);
  };
  return {stop};
}

/** Until all of them have ended. */
async function carry({server, clock, random, waiting}: ColleagueParts): Promise<RunDesk> {
  const port = server.portFor(demoColleague);
  const desk = await openDesk({
    port,
    streams: server.streams,
    open: createSourceOpener({port, clock, random, liveness: createLiveness({port, clock})}),
    clock,
    random,
    log: () => undefined,
    runsNamespace: namespace,
    serverUrl: 'https://demo.invalid',
    context: demoColleague.username,
    audit: {last: async () => [], record: async () => undefined},
    isReadOnly: false,
    takesUp: true,
  });
  const leave = desk.subscribe(() => {
    const open = desk.runs().filter(run => waiting.includes(run.meta.name) && run.spec.requestedBy?.user === demoColleague.username);
    if (open.length === 0 || !open.every(isFinished)) return;
    leave();
    void desk.close(0);
  });
  return desk;
}
