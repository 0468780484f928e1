/** What a person does to a database by hand: run commands in members, change the class, scale, replace a disk. */
import {expect, onTestFinished} from 'vitest';
import {readString} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import {memberContainer, patroniGet, patroniSwitchover} from '../../src/domain/postgres/member-commands.ts';
import {readPatroniAnswer} from '../../src/domain/postgres/patroni-answer.ts';
import {readTopology} from '../../src/domain/postgres/patroni-topology.ts';
import type {PostgresFaults} from '../../src/embedded/world/postgres/postgres-world.ts';
import type {CommandResult} from '../../src/engine/reader.ts';
import {type PlatformOptions, type PostgresPlatform, startPostgresPlatform} from './postgres-platform.ts';

export class PostgresHands {
  readonly platform: PostgresPlatform;

  constructor(platform: PostgresPlatform) {
    this.platform = platform;
  }

  /** Ends with the test, in which no controller of the world may have stumbled. */
  static async start(options: PlatformOptions = {}, faults: PostgresFaults = {}): Promise<PostgresHands> {
    const platform = await startPostgresPlatform(options, faults);
    onTestFinished(() => {
      platform.stop();
      expect(platform.troubles).toEqual([]);
    });
    return new PostgresHands(platform);
  }

  pass(seconds: number): Promise<void> {
    return this.platform.clock.advance(seconds * 1000);
  }

  member(ordinal: number): string {
    return `${this.platform.database.name}-${ordinal}`;
  }

  find(apiVersion: string, kind: string, name: string): Promise<KubeObject | undefined> {
    const {world, database} = this.platform;
    return world.find({apiVersion, kind, name, namespace: database.namespace});
  }

  pod(ordinal: number): Promise<KubeObject | undefined> {
    return this.find('v1', 'Pod', this.member(ordinal));
  }

  claim(ordinal: number): Promise<KubeObject | undefined> {
    return this.find('v1', 'PersistentVolumeClaim', `pgdata-${this.member(ordinal)}`);
  }

  async volume(ordinal: number): Promise<string> {
    return readString(await this.claim(ordinal), 'spec.volumeName') ?? '';
  }

  async classOf(ordinal: number): Promise<string | undefined> {
    return readString(await this.claim(ordinal), 'spec.storageClassName');
  }

  async run(ordinal: number, command: readonly string[]): Promise<CommandResult> {
    const {namespace} = this.platform.database;
    const podUid = (await this.pod(ordinal))?.metadata.uid ?? '';
    return this.platform.exec({kind: 'exec', namespace, pod: this.member(ordinal), podUid, container: memberContainer, command});
  }

  /** Body and status of a page of Patroni. */
  async page(ordinal: number, page: Parameters<typeof patroniGet>[0]) {
    return readPatroniAnswer((await this.run(ordinal, patroniGet(page))).stdout);
  }

  /** `0 leader running`, as the member says it. */
  async topology(ordinal = 0): Promise<readonly string[]> {
    const members = readTopology((await this.page(ordinal, 'cluster'))?.body ?? '')?.members ?? [];
    return members.map(({name, role, state}) => `${name.slice(-1)} ${role} ${state}`);
  }

  async switchOver(from: number, to: number): Promise<string> {
    const {stdout} = await this.run(from, patroniSwitchover(this.member(from), this.member(to)));
    const answer = readPatroniAnswer(stdout);
    return answer === undefined ? 'no answer' : `${answer.status} ${answer.body}`;
  }

  async wishClass(storageClass: string): Promise<void> {
    const ref = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'};
    await this.platform.world.patch(ref, {spec: {settings: {postgres: {internal: {storageClass}}}}});
    await this.pass(30);
  }

  async enable(enabled: boolean): Promise<void> {
    await this.platform.world.patch({apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'}, {spec: {enabled}});
  }

  async scaleTo(numberOfInstances: number): Promise<void> {
    const {namespace, name} = this.platform.database;
    await this.platform.world.patch({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name, namespace}, {spec: {numberOfInstances}});
  }

  async dropClaim(ordinal: number): Promise<void> {
    const {namespace} = this.platform.database;
    await this.platform.world.remove({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      name: `pgdata-${this.member(ordinal)}`,
      namespace,
    });
  }

  async dropPod(ordinal: number): Promise<void> {
    const {namespace} = this.platform.database;
    await this.platform.world.remove({apiVersion: 'v1', kind: 'Pod', name: this.member(ordinal), namespace});
  }

  /** The claim first, so that the pod cannot keep it. */
  async replaceDisk(ordinal: number): Promise<void> {
    await this.dropClaim(ordinal);
    await this.dropPod(ordinal);
  }

  async messages(): Promise<readonly string[]> {
    const events = await this.platform.world.list('v1', 'Event', this.platform.database.namespace);
    return events.map(event => `${readString(event, 'reason')}: ${readString(event, 'message')}`);
  }

  get operatorLog(): readonly string[] {
    return this.platform.log.map(({level, msg}) => `${level} ${msg}`);
  }
}
