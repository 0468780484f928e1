/** The contexts of the kubeconfig, read anew for every connection: the file may be mended or rotated while we run. */
import {homedir} from 'node:os';
import process from 'node:process';
import {type ConnectionFlags, type ConnectionSettings, loadConnections} from '../cluster/kubeconfig.ts';
import type {ContextChoice} from '../views/session.ts';

export class ContextList {
  #choices: readonly ContextChoice[] = [];
  readonly #flags: () => Promise<ConnectionFlags>;

  constructor(flags: () => Promise<ConnectionFlags>) {
    this.#flags = flags;
  }

  /** As of the last reading. */
  get choices(): readonly ContextChoice[] {
    return this.#choices;
  }

  /** Throws KubeconfigError where nothing usable is found. */
  async read(): Promise<ConnectionSettings> {
    const settings = await loadConnections({env: process.env, home: homedir(), flags: await this.#flags()});
    this.#choices = settings.contexts.map(({problem, ...choice}) => (problem === undefined ? choice : {...choice, error: problem}));
    return settings;
  }
}
