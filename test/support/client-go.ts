/** Programs built on client-go, started against an API server with nothing but its kubeconfig: kube-scheduler, kwok, kubectl. */
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {findControlPlane} from './control-plane/binaries.ts';
import {findFreePorts} from './control-plane/free-port.ts';
import {OrphanGuard} from './control-plane/orphan-guard.ts';
import {Program, type ProgramSpec} from './control-plane/program.ts';
import {kwokSpec} from './control-plane/program-specs.ts';

export type ClientGoPrograms = {readonly scheduler: string; readonly kwok: string};

export const leaseDurationSeconds = 5;

/** Said by every kube-scheduler whose environment names no manifest of feature gates: nothing that a server could change. */
const schedulerSaysAlways = 'The manifest file is empty, ignoring.';

export function findClientGo(): ClientGoPrograms | {readonly missing: string} {
  const found = findControlPlane();
  if ('missing' in found) return found;
  const {kubeScheduler: scheduler, kwok} = found;
  if (scheduler === undefined) return {missing: 'kube-scheduler is not among the programs of the control plane'};
  return kwok === undefined ? {missing: 'kwok is not among the programs of the control plane'} : {scheduler, kwok};
}

export class ClientGo {
  readonly #folder = mkdtempSync(join(tmpdir(), 'deckhand-client-go-'));
  readonly #guard = new OrphanGuard(this.#folder);
  readonly #kubeconfig: string;
  readonly #started: Program[] = [];

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

  /** Ready when it runs for the lease or has it. */
  async startScheduler(path: string, name: string): Promise<Program> {
    const config = join(this.#folder, `${name}.yaml`);
    writeFileSync(config, stringify(schedulerConfig(this.#kubeconfig)));
    const args = [`--config=${config}`, '--secure-port=0', '--v=2'];
    return this.#start({...this.#named(name, path, args), isReady: async () => /acquir\w* (leader )?lease/i.test(this.readLog(name))});
  }

  async startKwok(path: string): Promise<Program> {
    const [port = 0] = await findFreePorts(1);
    return this.#start(kwokSpec({folder: this.#folder, binaries: {kwok: path}, adminKubeconfig: this.#kubeconfig, ports: {kwok: port}}));
  }

  startKubectl(path: string, name: string, args: readonly string[], isReady: () => boolean): Promise<Program> {
    const access = [`--kubeconfig=${this.#kubeconfig}`, `--cache-dir=${join(this.#folder, `${name}.cache`)}`];
    return this.#start({...this.#named(name, path, [...access, ...args]), isReady: async () => isReady()});
  }

  readLog(name: string): string {
    return readFileSync(this.#logPath(name), 'utf8');
  }

  /** What the programs complained about, whichever their log's form: klog's letter, or kwok's JSON. */
  complaints(): readonly string[] {
    return this.#started
      .flatMap(program => readFileSync(program.logPath, 'utf8').split('\n'))
      .filter(line => /^[EWF]\d{4} /.test(line) || (line.startsWith('{') && !line.includes('"level":"INFO"')))
      .filter(line => !line.endsWith(schedulerSaysAlways));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#started.map(program => program.kill()));
    await this.#guard.release();
  }

  async #start(spec: ProgramSpec): Promise<Program> {
    const program = new Program(spec, this.#guard);
    this.#started.push(program);
    await program.start();
    return program;
  }

  #named(name: string, path: string, args: readonly string[]): Omit<ProgramSpec, 'isReady'> {
    return {name, path, args, logPath: this.#logPath(name)};
  }

  #logPath(name: string): string {
    return join(this.#folder, `${name}.log`);
  }
}

/** The lease changes hands in seconds, and objects travel as JSON: the embedded server answers in no other form. */
function schedulerConfig(kubeconfig: string): object {
  return {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: {kubeconfig, contentType: 'application/json'},
    leaderElection: {leaderElect: true, leaseDuration: `${leaseDurationSeconds}s`, renewDeadline: '3s', retryPeriod: '1s'},
  };
}
