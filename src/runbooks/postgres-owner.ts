/** Whose a database is: Commander's, whose module renders it, or nobody's but its own object's. */
import {readBoolean, readField, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {LogPlace} from '../domain/log-place.ts';
import {readModuleRelease} from '../domain/module-release.ts';
import {isQueueQuiet, readMainQueue} from '../domain/postgres/main-queue.ts';
import type {PostgresCluster} from '../domain/postgres/postgres-cluster.ts';
import {highAvailabilityWish, type Wish} from '../domain/postgres/storage-branch.ts';
import type {Words} from '../domain/words.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {deploymentKind, nodeKind, podKind} from './node-kinds.ts';
import {logsOf} from './pod-logs.ts';
import {moduleConfigKind, moduleKind, moduleReleaseKind} from './targets.ts';

export type Owner = 'commander' | 'none';

export const commander = {namespace: 'd8-commander', database: 'commander-postgres', module: 'commander'} as const;
const operator = {namespace: 'd8-operator-postgres', name: 'operator-postgres', module: 'operator-postgres'} as const;
const platformNamespace = 'd8-system';

export const ownerPermissions: readonly Permission[] = [
  {verbs: ['get'], group: 'deckhouse.io', resource: 'moduleconfigs'},
  {verbs: ['get'], group: 'deckhouse.io', resource: 'modules'},
  {verbs: ['list'], group: 'deckhouse.io', resource: 'modulereleases'},
  {verbs: ['get'], group: 'apps', resource: 'deployments', scope: {namespace: operator.namespace}},
  {verbs: ['list'], group: '', resource: 'pods', scope: {namespace: operator.namespace}},
  {verbs: ['list'], group: '', resource: 'pods', scope: {namespace: platformNamespace}},
  {verbs: ['get', 'create'], group: '', resource: 'pods/exec', scope: {namespace: platformNamespace}},
  {verbs: ['get', 'list'], group: '', resource: 'nodes'},
];

export type OwnerFacts = {readonly owner: Owner; readonly settingClass: string; readonly wish: Wish};

/** Throws Refusal where somebody renders the database whom we do not know, or where Commander keeps its data elsewhere. */
export async function readOwner(reader: Reader, cluster: PostgresCluster): Promise<OwnerFacts> {
  const isCommanders = cluster.namespace === commander.namespace && cluster.name === commander.database;
  const config = isCommanders ? await reader.get({kind: moduleConfigKind, name: commander.module}) : undefined;
  if (config === undefined) {
    if (cluster.isManaged)
      throw new Refusal('OwnerUnknown', {
        en: `the platform renders ${cluster.namespace}/${cluster.name}, and which setting it takes the class from is not known: change that setting`,
        ru: `${cluster.namespace}/${cluster.name} создаёт платформа, и из какой настройки берётся класс, неизвестно: измените эту настройку`,
      });
    return {owner: 'none', settingClass: cluster.storageClass, wish: 'unknown'};
  }
  if (readBoolean(config, 'spec.enabled') !== true)
    throw new Refusal('ModuleOff', {
      en: 'module commander is not enabled: enable it first',
      ru: 'модуль commander не включён: сначала включите его',
    });
  if (readString(config, 'spec.settings.postgres.mode') === 'External')
    throw new Refusal('ExternalDatabase', {
      en: 'Commander keeps its data in a database of its own administrator (postgres.mode External): the class is changed there',
      ru: 'данные Commander во внешней базе (postgres.mode External): её класс меняют там, где она живёт',
    });
  return {owner: 'commander', settingClass: settingClassOf(config), wish: await readWish(reader, config)};
}

export function settingClassOf(config: KubeObject): string {
  return readString(config, 'spec.settings.postgres.internal.storageClass') ?? '';
}

async function readWish(reader: Reader, config: KubeObject): Promise<Wish> {
  const global = await reader.get({kind: moduleConfigKind, name: 'global'});
  const masters = await reader.list(nodeKind, {labelSelector: 'node-role.kubernetes.io/control-plane'});
  return highAvailabilityWish({
    module: asBoolean(readField(config, 'spec.settings.highAvailability')),
    global: asBoolean(readField(global, 'spec.settings.highAvailability')),
    masters: masters.length === 0 ? undefined : masters.length,
  });
}

function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Throws Refusal while a module around the database changes, or where nobody would carry anything out. */
export async function requireQuietModules(reader: Reader, owner: Owner): Promise<void> {
  await requireNoUpdate(reader, owner);
  if (owner === 'none') return;
  const module = await reader.get({kind: moduleKind, name: commander.module});
  const phase = readString(module, 'status.phase');
  if (phase !== undefined && phase !== '' && phase !== 'Ready')
    throw new Refusal('ModuleNotReady', {
      en: `module commander is ${phase}, not Ready: mend that first`,
      ru: `модуль commander в состоянии ${phase}, а не Ready: сначала исправьте это`,
    });
}

/** The same where Commander itself is held, and so may be called what it likes. */
export async function requireNoUpdate(reader: Reader, owner: Owner): Promise<void> {
  const deployment = await reader.get({kind: deploymentKind, namespace: operator.namespace, name: operator.name});
  if (deployment === undefined ? owner === 'commander' : !isAvailable(deployment))
    throw new Refusal('OperatorDown', {
      en: `Deployment ${operator.namespace}/${operator.name} is not available: nobody would carry the change out`,
      ru: `Deployment ${operator.namespace}/${operator.name} недоступен: изменение некому выполнить`,
    });
  const modules = owner === 'commander' ? [commander.module, operator.module] : [operator.module];
  const releases = (await reader.list(moduleReleaseKind)).map(readModuleRelease);
  const coming = releases.find(
    ({moduleName, phase, isUpdating}) => modules.some(name => name === moduleName) && (isUpdating || phase === 'Pending'),
  );
  if (coming !== undefined)
    throw new Refusal('ModuleUpdate', {
      en: `release ${coming.version} of module ${coming.moduleName} is ${coming.phase === 'Pending' ? 'waiting' : 'being rolled out'}: let it finish, or postpone it, first`,
      ru: `релиз ${coming.version} модуля ${coming.moduleName} ${coming.phase === 'Pending' ? 'ожидает' : 'разворачивается'}: сначала дайте ему завершиться или отложите его`,
    });
}

function isAvailable(deployment: KubeObject): boolean {
  return Number(readField(deployment, 'status.availableReplicas') ?? 0) > 0;
}

/** Of the platform's main queue; undefined where it does not answer, and effects alone have to decide. */
export async function readQueueTrouble(reader: Reader): Promise<Words | undefined> {
  const pods = await reader.list(podKind, {namespace: platformNamespace, labelSelector: 'app=deckhouse'});
  const pod = pods.find(({metadata}) => metadata.labels?.leader === 'true') ?? pods[0];
  if (pod === undefined) return undefined;
  const {stdout, exitCode} = await reader.run({
    kind: 'exec',
    namespace: platformNamespace,
    pod: pod.metadata.name,
    podUid: pod.metadata.uid,
    container: 'deckhouse',
    command: ['deckhouse-controller', 'queue', 'main'],
  });
  const queue = exitCode === 0 ? readMainQueue(stdout) : undefined;
  if (queue === undefined || isQueueQuiet(queue)) return undefined;
  return {
    en: `the queue of the platform holds ${queue.length} tasks (${queue.status})`,
    ru: `в очереди платформы задач: ${queue.length} (${queue.status})`,
  };
}

/** Where the operator says what it is at. */
export async function operatorLogs(reader: Reader): Promise<readonly LogPlace[]> {
  const pods = await reader.list(podKind, {namespace: operator.namespace});
  return logsOf(pods);
}
