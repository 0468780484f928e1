/** The Commander stand-in as a container of the lab, and what the database owes it: every acknowledged row. */
import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {postgresPassword} from '../patroni-config.ts';
import {type Acknowledged, digestOf, type Keys, openBody, readAcknowledged} from './commander-rows.ts';
import type {ContainerPlaces, OwnProgram} from './container-program.ts';
import type {LabGround} from './lab-ground.ts';

const program = fileURLToPath(new URL('commander-stand-in.ts', import.meta.url));
/** Of Commander's parts the only one that has the database. */
const image = /commander-api/;
export const rowsSql = "select coalesce(json_agg(json_build_object('writer', writer, 'number', number, 'body', body)), '[]') from rows";

export class CommanderWriter {
  readonly #ground: LabGround;
  readonly #folder: string;

  constructor(ground: LabGround) {
    this.#ground = ground;
    this.#folder = join(ground.folder, 'acknowledged');
    mkdirSync(this.#folder);
  }

  programFor({pod, container}: ContainerPlaces): OwnProgram | undefined {
    if (!image.test(container.image)) return undefined;
    const {namespace = '', name} = pod.metadata;
    return {
      command: [process.execPath, '--disable-warning=ExperimentalWarning', program],
      variables: {
        SERVICE_FILE: this.#ground.serviceFile(namespace, 'commander-postgres'),
        ACKNOWLEDGED_FILE: join(this.#folder, name),
        PGPASSWORD: postgresPassword,
      },
    };
  }

  /** By time. */
  acknowledged(): readonly Acknowledged[] {
    if (!existsSync(this.#folder)) return [];
    const all = readdirSync(this.#folder).flatMap(name => readAcknowledged(readFileSync(join(this.#folder, name), 'utf8')));
    return all.sort((one, other) => one.atMs - other.atMs);
  }

  /** Since the newest acknowledged row; milliseconds. */
  pauseMs(): number {
    return Date.now() - (this.acknowledged().at(-1)?.atMs ?? 0);
  }

  /** The longest time without an acknowledged row since then; milliseconds. */
  longestPauseMs(sinceMs: number): number {
    const times = this.acknowledged().flatMap(({atMs}) => (atMs >= sinceMs ? [atMs] : []));
    return times.reduce((longest, atMs, index) => Math.max(longest, atMs - (times[index - 1] ?? atMs)), 0);
  }
}

export type Loss = {
  /** Acknowledged, and not in the database as they were. */
  readonly lost: readonly string[];
  /** In the database, and not to be read with these keys. */
  readonly unreadable: readonly string[];
};

/** `rows`: the answer to `rowsSql`, read after the acknowledged ones. */
export function compareRows(acknowledged: readonly Acknowledged[], rows: string, keys: Keys): Loss {
  const found: ReadonlyArray<{readonly writer: string; readonly number: number; readonly body: string}> = JSON.parse(rows);
  const digests = new Map(found.map(({writer, number, body}) => [`${writer} ${number}`, digestOf(body)]));
  return {
    lost: acknowledged.flatMap(({writer, number, digest}) =>
      digests.get(`${writer} ${number}`) === digest ? [] : [`${writer} ${number}`],
    ),
    unreadable: found.flatMap(({writer, number, body}) => (openBody(body, keys) === undefined ? [`${writer} ${number}`] : [])),
  };
}
