/** What a test does to members behind everybody's back: settings of Patroni, processes that freeze and die. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse, stringify} from 'yaml';
import type {Fields} from '../../../src/domain/fields.ts';
import {memberContainer, psql} from '../../../src/domain/postgres/member-commands.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {childrenOf, postmasterOf, readCommand} from './container-program.ts';
import type {PodWorker} from './pod-worker.ts';
import {askPod} from './run-in-pod.ts';
import type {Lab} from './start-lab.ts';

const namespace = 'd8-commander';

export class MemberHands {
  readonly #lab: Lab;
  readonly name: string;

  constructor(lab: Lab, name: string) {
    this.#lab = lab;
    this.name = name;
  }

  sql(statement: string): Promise<string> {
    return askPod(this.#lab.server.streams, {namespace, name: this.name}, memberContainer, psql(statement));
  }

  /** Of the whole cluster. */
  async configure(change: Fields): Promise<void> {
    await this.rest('PATCH', 'config', change);
  }

  async rest(method: 'PATCH' | 'POST' | 'DELETE', page: string, body?: Fields): Promise<string> {
    const answer = await fetch(`http://${this.#worker.address}:8008/${page}`, {
      method,
      ...(body !== undefined && {body: JSON.stringify(body)}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /${page}: ${answer.status} ${text}`);
    return text;
  }

  async cluster(): Promise<unknown> {
    return (await fetch(`http://${this.#worker.address}:8008/cluster`)).json();
  }

  async setTags(tags: Fields): Promise<void> {
    const path = join(this.#lab.ground.podFolder(this.#worker.pod.metadata.uid), 'patroni.yaml');
    writeFileSync(path, stringify({...parse(readFileSync(path, 'utf8')), tags}));
    await this.rest('POST', 'reload');
  }

  /** The process of PostgreSQL whose title has this word in it. */
  async processOf(word: string): Promise<number> {
    return waitUntil(`${this.name} has a ${word}`, () => this.#processes.find(pid => readCommand(pid).includes(word)), {
      deadlineMs: 10_000,
    });
  }

  /** As a machine that stands still: PostgreSQL dies, and Patroni says nothing until it is thawed. */
  async lose(): Promise<void> {
    const pids = [postmasterOf(this.#dataFolder) ?? 0, ...this.#processes].filter(pid => pid > 0);
    this.#life.signal('SIGSTOP');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  }

  /** The container dies, and the node starts it again. */
  async crash(): Promise<void> {
    await this.#worker.crash();
  }

  thaw(): void {
    this.#life.signal('SIGCONT');
  }

  get #processes(): readonly number[] {
    const postmaster = postmasterOf(this.#dataFolder);
    return postmaster === undefined ? [] : childrenOf(postmaster);
  }

  get #dataFolder(): string {
    return join(this.#worker.mounts.get(memberContainer)?.[0]?.folder ?? '', 'pgroot', 'data');
  }

  get #life() {
    const [life] = this.#worker.lives;
    if (life === undefined) throw new Error(`${this.name} has no container`);
    return life;
  }

  get #worker(): PodWorker {
    const worker = this.#lab.agent.find(namespace, this.name);
    if (worker === undefined) throw new Error(`${this.name} is not on any node`);
    return worker;
  }
}
