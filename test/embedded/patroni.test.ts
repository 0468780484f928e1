/** Patroni keeps a cluster of two PostgreSQL servers in the embedded server: it elects, switches over and survives a killed leader. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ApiClient} from '../support/control-plane/api-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {describeWhere} from '../support/describe-where.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {findPatroni, PatroniLab, type PatroniMember} from '../support/patroni.ts';
import {patroni} from '../support/patroni-config.ts';
import {countByPath, countWatches, isWatch, RequestLog} from '../support/request-log.ts';

type Endpoints = {
  readonly metadata: {readonly annotations?: Readonly<Record<string, string>>};
  readonly subsets?: readonly {
    readonly addresses?: readonly {readonly ip: string}[];
    readonly ports?: readonly {readonly port: number}[];
  }[];
};
type Pod = {readonly metadata: {readonly labels: Readonly<Record<string, string>>; readonly annotations?: {readonly status?: string}}};
/** What a member says of itself in its Pod's annotation. */
type MemberStatus = {readonly role: string; readonly state: string; readonly timeline?: number; readonly xlog_location?: number};

const namespacePath = `/api/v1/namespaces/${patroni.namespace}`;
const names = [`${patroni.scope}-0`, `${patroni.scope}-1`];
const healthyMs = 60_000;
/** Of the whole file; each process lists the Pods and the Endpoints once, and watches them. */
const memberStarts = 3;
const patronictlRuns = 2;

const requests = new RequestLog();
let embedded: EmbeddedServer;
let api: ApiClient;
let lab: PatroniLab;
let leader: PatroniMember;
let other: PatroniMember;

describeWhere(findPatroni().missing, 'Patroni', () => {
  beforeAll(async () => {
    embedded = await startEmbeddedServer({wrap: requests.wrap});
    api = new ApiClient({server: embedded.url, certificateAuthority: embedded.caPem, token: embedded.token});
    await create('/api/v1/namespaces', {apiVersion: 'v1', kind: 'Namespace', metadata: {name: patroni.namespace}});
    for (const name of names) await create(`${namespacePath}/pods`, podOf(name));
    lab = await PatroniLab.create(embedded.kubeconfigPath, names, ['127.0.1.10', '127.0.1.11']);
    await Promise.all(lab.members.map(member => member.start()));
  });
  afterAll(async () => {
    api?.close();
    await lab?.stop();
    await embedded?.close();
  });

  test('two members elect one leader, and the Endpoints lead to it', async () => {
    leader = await waitUntil('there is a leader', findLeader, {deadlineMs: healthyMs, explain: readLogs});
    other = theOther(leader);
    await waitForHealth();
    const config = await read<Endpoints>(`endpoints/${patroni.scope}-config`);
    expect(config.metadata.annotations?.initialize).toMatch(/^\d+$/);
    expect(await leader.query('select pg_is_in_recovery()')).toBe('f');
    await leader.query('create table kept as select 1 as round');
    await waitForRow(other, 1);
  });

  test('patronictl lists them, and switches over', async () => {
    const listed: unknown = JSON.parse(await lab.patronictl(['list', '-f', 'json']));
    expect(listed).toHaveLength(2);
    expect(listed).toContainEqual(expect.objectContaining({Member: leader.name, Role: 'Leader', State: 'running'}));
    expect(listed).toContainEqual(expect.objectContaining({Member: other.name, Role: 'Replica', State: 'running'}));
    const said = await lab.patronictl(['switchover', '--leader', leader.name, '--candidate', other.name, '--force']);
    expect(said).toContain(`Successfully switched over to "${other.name}"`);
    [leader, other] = [other, leader];
    await waitForHealth();
    await leader.query('insert into kept values (2)');
    await waitForRow(other, 2);
  });

  test('when the leader is killed the other one takes over, and it comes back as a replica', async () => {
    await leader.kill();
    [leader, other] = [other, leader];
    const isLeader = async () => (await findLeader()) === leader;
    await waitUntil(`${leader.name} leads`, isLeader, {deadlineMs: (patroni.ttlSeconds + 15) * 1000, explain: readLogs});
    await waitUntil('it takes writes', async () => (await leader.query('select pg_is_in_recovery()')) === 'f', {deadlineMs: healthyMs});
    await leader.query('insert into kept values (3)');
    await other.start();
    await waitForHealth();
    await waitForRow(other, 3);
  });

  test('the API server gave it no reason to complain, nor to list or watch twice', () => {
    for (const member of lab.members)
      expect(member.readLog()).not.toMatch(/Unexpected error from Kubernetes API|Traceback|Unexpected event type|ObjectCache.run/);
    const asked = requests.of('Patroni');
    const refused = asked.filter(({status}) => status >= 400).map(({method, status, refusal}) => `${method} ${status} ${refusal}`);
    // Every process tries to create what the members share, and all but the first are told that it is there.
    const others = refused.filter(refusal => !/^POST 409 .*AlreadyExists/.test(refusal));
    // Two that want to change the leader's object at once: one is refused, and reads everything anew.
    const lostRaces = others.filter(refusal => /^PATCH 409 .*"reason":"Conflict"/.test(refusal)).length;
    expect(others).toHaveLength(lostRaces);
    const processes = memberStarts + patronictlRuns + lostRaces;
    expect(asked.some(({path, status}) => path === '/api/v1/namespaces/default/endpoints/kubernetes' && status === 200)).toBe(true);
    const lists = countByPath(asked.filter(request => request.query.has('labelSelector') && !isWatch(request)));
    expect(lists).toEqual({[`${namespacePath}/pods`]: processes, [`${namespacePath}/endpoints`]: processes});
    // patronictl may be done before its watch begins.
    for (const [path, count] of Object.entries(countWatches(asked))) expect(count).toBeLessThanOrEqual(lists[path] ?? 0);
  });
});

/** One leader by the Endpoints, which lead to it; both members run on one timeline, and their Pods' labels say who is who. */
async function waitForHealth(): Promise<void> {
  await waitUntil(
    `${leader.name} leads and ${other.name} follows`,
    async () => {
      if ((await findLeader()) !== leader) return false;
      const [leading, following] = [await readMember(leader), await readMember(other)];
      const isFollowing = following.status.role === 'replica' && following.status.timeline === leading.status.timeline;
      const areRunning = leading.status.state === 'running' && following.status.state === 'running';
      return areRunning && isFollowing && leading.label === 'master' && following.label === 'replica';
    },
    {deadlineMs: healthyMs, explain: readLogs},
  );
}

async function findLeader(): Promise<PatroniMember | undefined> {
  const {metadata, subsets} = await read<Endpoints>(`endpoints/${patroni.scope}`);
  const member = lab.members.find(({name}) => name === metadata.annotations?.leader);
  const [subset] = subsets ?? [];
  const isThere = subset?.addresses?.[0]?.ip === member?.address.ip && subset?.ports?.[0]?.port === member?.address.port;
  return isThere ? member : undefined;
}

async function readMember({name}: PatroniMember): Promise<{label: string | undefined; status: MemberStatus}> {
  const {metadata} = await read<Pod>(`pods/${name}`);
  return {label: metadata.labels[patroni.roleLabel], status: JSON.parse(metadata.annotations?.status ?? '{}')};
}

async function waitForRow(member: PatroniMember, round: number): Promise<void> {
  const sql = `select count(*) from kept where round <= ${round}`;
  await waitUntil(`${member.name} has row ${round}`, async () => (await member.query(sql)) === String(round), {deadlineMs: healthyMs});
}

function theOther(member: PatroniMember): PatroniMember {
  const found = lab.members.find(candidate => candidate !== member);
  if (found === undefined) throw new Error('there is one member only');
  return found;
}

function podOf(name: string): object {
  const labels = {...patroni.labels, [patroni.scopeLabel]: patroni.scope};
  const spec = {containers: [{name: 'postgres', image: 'registry.example/spilo:15'}]};
  return {apiVersion: 'v1', kind: 'Pod', metadata: {name, labels}, spec};
}

function create(path: string, body: object): Promise<unknown> {
  return api.send({method: 'POST', path, body});
}

function read<Body>(path: string): Promise<Body> {
  return api.send<Body>({path: `${namespacePath}/${path}`});
}

/** What the members said last. */
function readLogs(): string {
  return lab.members.map(member => member.readLog().split('\n').slice(-40).join('\n')).join('\n\n');
}
