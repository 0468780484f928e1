/** Connects, opens the desk of runs, does one thing with it and leaves; every command of the script face begins here. */
import process from 'node:process';
import {connect} from '../../cluster/connect.ts';
import {createLiveness} from '../../cluster/liveness.ts';
import {createSourceOpener} from '../../cluster/open-source.ts';
import type {RunDesk} from '../../domain/run-desk.ts';
import type {LeaseSettings} from '../../engine/lease-terms.ts';
import {ContextList} from '../context-list.ts';
import {openDesk} from '../desk/open-desk.ts';
import {type ConnectionOptions, connectionFlags} from '../flags.ts';
import {AuditFile} from '../journal/audit.ts';
import {writeLog} from '../log-file.ts';
import {complain} from '../report-failure.ts';
import {systemClock} from '../system-clock.ts';
import {version} from '../version.ts';

export type DeskFlags = ConnectionOptions & {
  readonly runsNamespace: string;
  readonly output: 'table' | 'json' | 'yaml';
  readonly leases?: LeaseSettings;
};

/** For a run in hand to reach its next safe point once this process is asked to leave. */
const graceMs = 30_000;
/** The run waits for somebody to go on with it. */
const leftExitCode = 3;

/** Throws KubeconfigError, TransportError and StatusError. */
export async function withDesk(flags: DeskFlags, use: (desk: RunDesk) => Promise<number>): Promise<number> {
  const contexts = new ContextList(async () => connectionFlags(flags));
  const connection = connect(await contexts.read(), undefined, {
    clock: systemClock,
    env: process.env,
    version,
    isReadOnly: false,
    onCredentialNotice: () => undefined,
  });
  const {port, streams} = connection;
  const liveness = createLiveness({port, clock: systemClock});
  const open = createSourceOpener({port, clock: systemClock, random: Math.random, liveness});
  const desk = await openDesk({
    port,
    streams,
    open,
    clock: systemClock,
    random: Math.random,
    log: (level, message, fields = {}) => void writeLog(`${level}: ${message} ${JSON.stringify(fields)}`),
    runsNamespace: flags.runsNamespace,
    serverUrl: connection.serverUrl,
    isReadOnly: false,
    context: connection.context,
    audit: new AuditFile(),
    takesUp: false,
    ...(flags.leases === undefined ? {} : {leases: flags.leases}),
  });
  const left = Promise.withResolvers<number>();
  // The run goes on without us: whoever holds its lease next carries it.
  const leave = (): void => left.resolve(leftExitCode);
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  try {
    return await Promise.race([use(desk), left.promise]);
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
    const {kind} = await desk.recording();
    const inHand = desk.inHand();
    await desk.close(graceMs);
    const next = kind === 'cluster' ? 'is handed over' : 'waits in the journal until a deckhand on this machine goes on with it';
    for (const {meta} of inHand) complain(`the run ${meta.name} ${next}: deckhand runbook follow ${meta.name}`);
    await connection.close();
  }
}
