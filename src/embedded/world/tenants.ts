/** What lives on the nodes of the demo beside the plain shell of every pod: it moves in once the world is there. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {ContainerLog, ProcessIo} from '../apiserver/pod-runtime.ts';

export type TenantRun = Pick<ProcessIo, 'input' | 'write' | 'signal'> & {
  readonly namespace: string;
  readonly pod: string;
  readonly command: readonly string[];
};

export type Tenant = {
  /** The exit code; undefined where it is not for it. */
  run(run: TenantRun): Promise<number | undefined>;
  /** undefined for a pod of somebody else. */
  log(pod: KubeObject): ContainerLog | undefined;
  /** Tasks in the platform's queue `main`. */
  mainTasks(): number;
};

export class Tenants {
  #tenant: Tenant | undefined;

  moveIn(tenant: Tenant): void {
    this.#tenant = tenant;
  }

  async run(run: TenantRun): Promise<number | undefined> {
    return this.#tenant?.run(run);
  }

  log(pod: KubeObject): ContainerLog | undefined {
    return this.#tenant?.log(pod);
  }

  mainTasks(): number {
    return this.#tenant?.mainTasks() ?? 0;
  }
}
