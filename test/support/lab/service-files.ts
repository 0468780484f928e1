/** The lab's kube-proxy: where the service of each database leads to, by the label that Patroni gives its leader, in a file. */
import {rmSync, writeFileSync} from 'node:fs';
import {readString} from '../../../src/domain/fields.ts';
import type {Objects} from './follow-objects.ts';
import type {LabGround} from './lab-ground.ts';

export class ServiceFiles {
  readonly #ground: LabGround;
  readonly #written = new Map<string, string>();

  constructor(ground: LabGround) {
    this.#ground = ground;
  }

  update(pods: Objects): void {
    const leaders = new Map<string, string>();
    for (const pod of pods.values()) {
      const {namespace = '', labels = {}, deletionTimestamp} = pod.metadata;
      const [cluster, address] = [labels['cluster-name'], readString(pod, 'status.podIP')];
      const isLeader = labels['spilo-role'] === 'master' && deletionTimestamp === undefined;
      if (isLeader && cluster !== undefined && address !== undefined) leaders.set(this.#ground.serviceFile(namespace, cluster), address);
    }
    for (const [file, address] of leaders) {
      if (this.#written.get(file) === address) continue;
      this.#written.set(file, address);
      writeFileSync(file, address);
    }
    for (const file of this.#written.keys()) {
      if (leaders.has(file)) continue;
      this.#written.delete(file);
      rmSync(file, {force: true});
    }
  }
}
