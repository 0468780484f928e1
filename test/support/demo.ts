/** The demo's cluster for a test file: the built program serves it, a client of the tests changes it, dashboards look at it. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {parse} from 'yaml';
import {ApiClient} from './control-plane/api-client.ts';
import {buildProgram, Dashboard, type DashboardOptions, type Program} from './dashboard.ts';
import type {ProgramResult} from './run-program.ts';

type Kubeconfig = {
  readonly clusters: readonly [{readonly cluster: {readonly server: string; readonly 'certificate-authority-data': string}}];
  readonly users: readonly [{readonly user: {readonly token: string}}];
};

/** A context of a kubeconfig for tests: over the demo's server unless another is given. */
export type TestContext = {readonly name: string; readonly namespace?: string; readonly server?: string};

export class Demo {
  readonly program: Program;
  readonly kubeconfig: string;
  readonly api: ApiClient;
  readonly #server: ChildProcess;
  readonly #open: Dashboard[] = [];
  #files = 0;

  private constructor(program: Program, server: ChildProcess, kubeconfig: string) {
    this.program = program;
    this.kubeconfig = kubeconfig;
    this.#server = server;
    const {cluster, token} = this.#read();
    const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString();
    this.api = new ApiClient({server: cluster.server, certificateAuthority: ca, token});
  }

  static async start(): Promise<Demo> {
    const program = await buildProgram();
    const server = spawn(process.execPath, [program.file, '--demo', '--serve'], {stdio: ['ignore', 'pipe', 'inherit']});
    const kubeconfig = await new Promise<string>((resolve, reject) => {
      createInterface({input: server.stdout}).once('line', resolve);
      server.once('exit', code => reject(new Error(`the demo's server ended with ${code}`)));
    });
    return new Demo(program, server, kubeconfig);
  }

  /** A dashboard over this cluster; closed by `closeDashboards`. */
  open({args = [], ...options}: DashboardOptions = {}): Dashboard {
    const dashboard = new Dashboard(this.program, {args: ['--kubeconfig', this.kubeconfig, ...args], ...options});
    this.#open.push(dashboard);
    return dashboard;
  }

  async closeDashboards(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(dashboard => dashboard.close()));
  }

  get(...args: readonly string[]): Promise<ProgramResult> {
    return this.program.run(['get', '--kubeconfig', this.kubeconfig, ...args]);
  }

  /** The path of a new kubeconfig whose first context is the current one. */
  writeKubeconfig(contexts: readonly TestContext[]): string {
    const {cluster, token} = this.#read();
    const file = join(this.program.home, `kubeconfig-${this.#files++}`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': contexts[0]?.name,
      contexts: contexts.map(({name, namespace}) => ({name, context: {cluster: name, user: 'tester', ...(namespace && {namespace})}})),
      clusters: contexts.map(({name, server}) => ({name, cluster: {...cluster, ...(server && {server})}})),
      users: [{name: 'tester', user: {token}}],
    };
    writeFileSync(file, JSON.stringify(config), {mode: 0o600});
    return file;
  }

  async createNamespace(name: string): Promise<void> {
    await this.api.send({method: 'POST', path: '/api/v1/namespaces', body: {apiVersion: 'v1', kind: 'Namespace', metadata: {name}}});
  }

  signal(signal: NodeJS.Signals): void {
    this.#server.kill(signal);
  }

  async stop(): Promise<void> {
    await this.closeDashboards();
    this.api.close();
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const exit = once(this.#server, 'exit');
      this.#server.kill('SIGCONT');
      this.#server.kill('SIGTERM');
      await exit;
    }
    await this.program.remove();
  }

  #read(): {cluster: Kubeconfig['clusters'][0]['cluster']; token: string} {
    const config = parse(readFileSync(this.kubeconfig, 'utf8')) as Kubeconfig;
    return {cluster: config.clusters[0].cluster, token: config.users[0].user.token};
  }
}
