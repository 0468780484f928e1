/** Kubeconfigs with which a start must fail clearly: written beside a good one, each wrong in one way. */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parse, stringify} from 'yaml';

type Entry = Record<string, unknown>;
type Config = {clusters: {name: string; cluster: Entry}[]; users: {name: string; user: Entry}[]; contexts: unknown[]};

export class BadKubeconfigs {
  readonly #folder: string;
  readonly #good: string;
  #count = 0;

  private constructor(folder: string, good: string) {
    this.#folder = folder;
    this.#good = good;
  }

  static async beside(kubeconfig: string): Promise<BadKubeconfigs> {
    const folder = await mkdtemp(join(tmpdir(), 'deckhand-bad-kubeconfig-'));
    return new BadKubeconfigs(folder, await readFile(kubeconfig, 'utf8'));
  }

  /** The path of a file with this text. */
  async write(text: string, name = `config-${this.#count}`): Promise<string> {
    this.#count += 1;
    const path = join(this.#folder, name);
    await writeFile(path, text, {mode: 0o600});
    return path;
  }

  good(path: string): Promise<void> {
    return writeFile(path, this.#good);
  }

  async withCluster(change: (cluster: Entry) => Entry): Promise<string> {
    return this.#changed(config => ({...config, clusters: config.clusters.map(each => ({...each, cluster: change(each.cluster)}))}));
  }

  async withUser(user: Entry): Promise<string> {
    return this.#changed(config => ({...config, users: config.users.map(each => ({...each, user}))}));
  }

  /** A credential plugin that runs this text as a Node program. */
  async withPlugin(source: string): Promise<string> {
    const script = await this.write(source, `plugin-${this.#count}.cjs`);
    return this.withUser({
      exec: {apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [script], interactiveMode: 'Never'},
    });
  }

  remove(): Promise<void> {
    return rm(this.#folder, {recursive: true, force: true});
  }

  #changed(change: (config: Config) => Config): Promise<string> {
    const config: Config = parse(this.#good);
    return this.write(stringify(change(config)));
  }
}
