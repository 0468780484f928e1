/** Members of a Patroni cluster on this machine, which keep their state in an API server as Endpoints (Debian's Patroni 3.0.2). */
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {answersGet} from './control-plane/api-client.ts';
import {findFreePorts} from './control-plane/free-port.ts';
import {OrphanGuard} from './control-plane/orphan-guard.ts';
import {Program} from './control-plane/program.ts';
import {waitUntil} from './control-plane/wait-until.ts';
import {type MemberAddress, memberConfig} from './patroni-config.ts';
import {asPostgres, giveToPostgres, isAlive, isRoot, setpriv} from './postgres-user.ts';
import {outputOf} from './run-program.ts';

const PATRONI = '/usr/bin/patroni';
const PATRONICTL = '/usr/bin/patronictl';
const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';

export function findPatroni(): {readonly missing: string | undefined} {
  const missing = [PATRONI, PATRONICTL, join(POSTGRES_BIN, 'postgres'), ...(isRoot() ? [setpriv] : [])].find(path => !existsSync(path));
  return {missing: missing === undefined ? undefined : `${missing} is not here (apt-get install postgresql-15 patroni)`};
}

export class PatroniMember {
  readonly name: string;
  readonly address: MemberAddress;
  readonly #lab: PatroniLab;
  readonly #program: Program;

  constructor(lab: PatroniLab, guard: OrphanGuard, name: string, address: MemberAddress) {
    this.name = name;
    this.address = address;
    this.#lab = lab;
    const url = `http://${address.ip}:${address.restPort}`;
    const [path = '', ...args] = lab.asPostgres([PATRONI, lab.path(`${name}.yaml`)]);
    this.#program = new Program(
      {name, path, args, logPath: lab.path(`${name}.log`), isReady: () => answersGet({server: url}, '/liveness')},
      guard,
    );
  }

  /** Resolves when Patroni's loop runs. */
  start(): Promise<void> {
    return this.#program.start();
  }

  readLog(): string {
    return readFileSync(this.#program.logPath, 'utf8');
  }

  /** As a machine that loses its power: Patroni first, so that it can tell nobody. */
  async kill(): Promise<void> {
    await this.#program.kill();
    const pid = this.#postmasterPid();
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    // The other processes of PostgreSQL end by themselves when they see that the first of them is gone.
    await waitUntil(`PostgreSQL of ${this.name} is gone`, () => !isAlive(pid), {deadlineMs: 10_000});
  }

  /** The one value that a query gives. */
  async query(sql: string): Promise<string> {
    const [command = '', ...args] = this.#lab.asPostgres([
      join(POSTGRES_BIN, 'psql'),
      `--host=${this.#lab.path(this.name)}`,
      `--port=${this.address.port}`,
      '--no-psqlrc',
      '--tuples-only',
      '--no-align',
      `--command=${sql}`,
    ]);
    return (await outputOf(command, args)).trim();
  }

  /** Of the PostgreSQL that runs, or ran last and did not end in order. */
  #postmasterPid(): number | undefined {
    const path = join(this.#lab.path(this.name), 'data', 'postmaster.pid');
    if (!existsSync(path)) return undefined;
    const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
    return isAlive(pid) ? pid : undefined;
  }
}

/** The members' common ground: a folder of their user's, and the way to the API server. */
export class PatroniLab {
  readonly #folder = mkdtempSync(join(tmpdir(), 'deckhand-patroni-'));
  readonly #guard = new OrphanGuard(this.#folder);
  readonly members: PatroniMember[] = [];

  /** `ips` are loopback addresses, one for each member, so that members differ by address as pods do. */
  static async create(kubeconfig: string, names: readonly string[], ips: readonly string[]): Promise<PatroniLab> {
    const lab = new PatroniLab();
    giveToPostgres(lab.#folder);
    copyFileSync(kubeconfig, lab.path('kubeconfig'));
    giveToPostgres(lab.path('kubeconfig'));
    const ports = await findFreePorts(names.length * 2);
    for (const [index, name] of names.entries()) {
      const address = {ip: ips[index] ?? '', port: ports[index * 2] ?? 0, restPort: ports[index * 2 + 1] ?? 0};
      mkdirSync(lab.path(name), {mode: 0o700});
      giveToPostgres(lab.path(name));
      writeFileSync(lab.path(`${name}.yaml`), stringify(memberConfig({name, address, folder: lab.path(name), binFolder: POSTGRES_BIN})), {
        mode: 0o600,
      });
      giveToPostgres(lab.path(`${name}.yaml`));
      lab.members.push(new PatroniMember(lab, lab.#guard, name, address));
    }
    return lab;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** The command as PostgreSQL's user; in an environment that names our API server and no other. */
  asPostgres(command: readonly string[]): string[] {
    return asPostgres(command, {
      KUBECONFIG: this.path('kubeconfig'),
      HOME: this.#folder,
      PATH: `${POSTGRES_BIN}:/usr/bin:/bin`,
      LC_ALL: 'C.UTF-8',
    });
  }

  async patronictl(args: readonly string[]): Promise<string> {
    const config = this.path(`${this.members[0]?.name}.yaml`);
    const [command = '', ...rest] = this.asPostgres([PATRONICTL, '-c', config, ...args]);
    return outputOf(command, rest);
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(member => member.kill()));
    await this.#guard.release();
  }
}
