/** What the pods of one lab stand on: a folder of volumes and of pods, addresses on the loopback interface, a guard that ends all. */
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {OrphanGuard} from '../control-plane/orphan-guard.ts';
import {giveToPostgres} from '../postgres-user.ts';

/** A lab takes one of the networks 127.1.N.0/24, so that members keep their real ports beside other labs on the machine. */
const networks = Array.from({length: 250}, (_, index) => `127.1.${index + 1}`);
const [hostMin, hostMax] = [10, 250];

export class LabGround {
  readonly folder: string;
  readonly guard: OrphanGuard;
  readonly #network: string;
  /** Listening on the network's first address says that it is taken. */
  readonly #claim: Server;
  readonly #taken = new Set<number>();
  #nextHost = hostMin;

  private constructor(network: string, claim: Server) {
    this.#network = network;
    this.#claim = claim;
    this.folder = mkdtempSync(join(tmpdir(), 'deckhand-lab-'));
    giveToPostgres(this.folder);
    this.guard = new OrphanGuard(this.folder);
    for (const name of ['volumes', 'pods', 'services']) this.#makeFolder(join(this.folder, name));
  }

  static async create(): Promise<LabGround> {
    for (const network of networks) {
      const claim = await listenOn(`${network}.1`);
      if (claim !== undefined) return new LabGround(network, claim);
    }
    throw new Error('every network of 127.1.0.0/16 is taken by a lab');
  }

  /** A pod that comes anew has another address, as in a cluster. */
  takeAddress(): string {
    for (let tried = hostMin; tried <= hostMax; tried++) {
      const host = this.#nextHost;
      this.#nextHost = host === hostMax ? hostMin : host + 1;
      if (this.#taken.has(host)) continue;
      this.#taken.add(host);
      return `${this.#network}.${host}`;
    }
    throw new Error('the lab has no address left');
  }

  returnAddress(address: string): void {
    this.#taken.delete(Number(address.split('.').at(-1)));
  }

  /** The disk itself: with its folder the data are gone. */
  volumeFolder(volume: string): string {
    return join(this.folder, 'volumes', volume);
  }

  /** A socket's path has room for a short name only. */
  podFolder(uid: string): string {
    return join(this.folder, 'pods', uid.slice(0, 8));
  }

  /** Holds the address that a service leads to. */
  serviceFile(namespace: string, name: string): string {
    return join(this.folder, 'services', `${namespace}.${name}`);
  }

  makeVolume(volume: string): void {
    this.#makeFolder(this.volumeFolder(volume));
  }

  removeVolume(volume: string): void {
    rmSync(this.volumeFolder(volume), {recursive: true, force: true});
  }

  makePodFolder(uid: string): string {
    this.#makeFolder(this.podFolder(uid));
    return this.podFolder(uid);
  }

  async release(): Promise<void> {
    await this.guard.release();
    this.#claim.close();
  }

  #makeFolder(path: string): void {
    mkdirSync(path, {recursive: true, mode: 0o700});
    giveToPostgres(path);
  }
}

/** undefined where somebody else listens there. */
function listenOn(host: string): Promise<Server | undefined> {
  return new Promise(resolve => {
    const server = createServer();
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen(8008, host, () => resolve(server));
  });
}
