/** Holds Commander itself while its database is empty, gives it its keys back, and lets it go on. */
import {readNumber} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {objectKey, refOf} from '../domain/object-ref.ts';
import {differingKeys, fingerprintsInSecret} from '../domain/postgres/key-fingerprints.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {patchWrite} from '../engine/define-patch-step.ts';
import {again, done, type KeyedStep, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import type {ByRestore} from './postgres-by-restore.ts';
import {releaseStepId, withDowntime} from './postgres-downtime.ts';
import {keptKeyPlaces, liveKeysRef, requireLiveKeys} from './postgres-keys-steps.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {deploymentKind} from './workload-kinds.ts';

/** Asked of whoever agrees to stop it: nothing tells from outside whether a task runs. */
export const tasksIdle: Words = {
  en: 'Look in Commander first: a task that runs (a cluster being made, changed or deleted) would be cut.',
  ru: 'Сначала загляните в Commander: выполняемая задача (создание, изменение, удаление кластера) оборвётся.',
};

/** How many there were before it was held. */
const replicasBefore = 'deckhand.dev/replicas-before';
/** They appear one after the other. */
const againMax = 30;
const appSeconds = 1200;

type Keys = Extract<ByRestore['facts']['keys'], {kind: 'keys'}>;

/** As early as the platform makes them: what comes up first would write into the empty database, with keys that were made for it. */
export function holdAppStep(plan: ByRestore): KeyedStep {
  const {database, facts} = plan;
  const keys = facts.keys?.kind === 'keys' ? facts.keys : undefined;
  return {
    id: 'commander-held',
    effect: 'Keyed',
    isVital: true,
    title: {en: 'Hold Commander and put its keys back', ru: 'Удержать Commander и вернуть ключи'},
    will: {
      en: 'Its Deployments are scaled to 0 as they appear, and the Secret gets the keys that were kept: those made anew decrypt nothing.',
      ru: 'Deployment по мере появления масштабируются до 0, в Secret возвращаются сохранённые ключи: новые ничего не расшифруют.',
    },
    act: async reader => [...(await stopApps(reader, database.namespace)), ...(keys === undefined ? [] : await putKeysBack(reader, keys))],
    verify: (reader, past) => followHold(reader, plan, past),
    leaves: [{words: heldAnewWords(database), until: [releaseStepId]}],
    againMax,
    timeouts: {verify: appSeconds},
    commands: [`kubectl scale deployment -n ${database.namespace} --all --replicas=0`],
  };
}

/** With keys that were made anew, in a database without rows, it would begin another life. */
function heldAnewWords({namespace, name}: DatabaseName): Words {
  return {
    en: `Commander is held at 0: do not start it; postgres-restore fills ${name} and starts it, once the keys that were kept are in its Secret (${namespace})`,
    ru: `Commander удерживается на 0: не запускайте его; когда сохранённые ключи будут в его Secret (${namespace}), postgres-restore заполнит ${name} и запустит его`,
  };
}

export function heldAppsWords(namespace: string): Words {
  return {
    en: `Deployments of ${namespace} are held at 0: kubectl scale deployment -n ${namespace} --all --replicas=1`,
    ru: `Deployment в ${namespace} удерживаются на 0: kubectl scale deployment -n ${namespace} --all --replicas=1`,
  };
}

export async function stopApps(reader: Reader, namespace: string): Promise<readonly KubeWrite[]> {
  const running = (await reader.list(deploymentKind, {namespace})).filter(live => replicasOf(live) > 0);
  return running.map(live =>
    patchWrite({ref: refOf(deploymentKind, live), uid: ''}, live, {
      metadata: {annotations: {[replicasBefore]: String(replicasOf(live))}},
      spec: {replicas: 0},
    }),
  );
}

/** Those that are held, with the replicas that they had. */
export async function startApps(reader: Reader, namespace: string): Promise<readonly KubeWrite[]> {
  const held = (await reader.list(deploymentKind, {namespace})).filter(live => before(live) !== undefined);
  return held.map(live =>
    patchWrite({ref: refOf(deploymentKind, live), uid: ''}, live, {
      metadata: {annotations: {[replicasBefore]: null}},
      spec: {replicas: replicasOf(live) > 0 ? replicasOf(live) : (before(live) ?? 1)},
    }),
  );
}

/** In words; [] where none runs, nor stops. */
export async function runningApps(reader: Reader, namespace: string): Promise<readonly string[]> {
  const live = await reader.list(deploymentKind, {namespace});
  const running = live.filter(each => replicasOf(each) > 0 || (readNumber(each, 'status.replicas') ?? 0) > 0);
  return running.map(({metadata}) => metadata.name);
}

async function putKeysBack(reader: Reader, keys: Keys): Promise<readonly KubeWrite[]> {
  const secret = await reader.get(liveKeysRef);
  if (secret === undefined || isSameKeys(secret, keys)) return [];
  return [patchWrite({ref: liveKeysRef, uid: ''}, secret, {data: keptKeyPlaces(keys.to)})];
}

async function followHold(reader: Reader, {database, facts}: ByRestore, past: StepPast): Promise<Progress> {
  const live = await reader.list(deploymentKind, {namespace: database.namespace});
  const running = live.filter(each => replicasOf(each) > 0);
  if (running.length > 0) return again({en: `${namesOf(running)} run`, ru: `работают: ${namesOf(running)}`});
  const missing = facts.deployments.filter(name => !live.some(({metadata}) => metadata.name === name));
  const stopping = live.filter(each => (readNumber(each, 'status.replicas') ?? 0) > 0);
  const seen = [
    ...missing.map(name => ({en: `${name} not made yet`, ru: `${name} ещё не создан`})),
    ...(stopping.length === 0 ? [] : [{en: `${namesOf(stopping)} stopping`, ru: `останавливаются: ${namesOf(stopping)}`}]),
  ];
  if (facts.keys?.kind === 'keys') {
    const secret = await reader.get(liveKeysRef);
    if (secret !== undefined && !isSameKeys(secret, facts.keys))
      return again({en: 'the keys are others than were kept', ru: 'ключи не те, что были сохранены'});
    if (secret === undefined) seen.push({en: 'the Secret of the keys not made yet', ru: 'Secret с ключами ещё не создан'});
  }
  if (seen.length > 0)
    return waiting(
      {en: 'every Deployment of Commander held, with its old keys', ru: 'все Deployment Commander удержаны, ключи прежние'},
      withDowntime(joinWords(seen, ', '), reader, past),
    );
  return done({
    en: `${live.length} Deployments held; the keys are the old ones`,
    ru: `удержано Deployment: ${live.length}; ключи прежние`,
  });
}

function isSameKeys(secret: KubeObject, {fingerprints}: Keys): boolean {
  const live = fingerprintsInSecret(secret);
  return live !== undefined && differingKeys(live, fingerprints).length === 0;
}

type Release = Pick<ByRestore, 'database'> & {
  /** What the rows are encrypted with. */
  readonly keys?: Keys;
  /** Throws Refusal where it may not start yet. */
  readonly requireReady?: (reader: Reader, key: string) => Promise<void>;
};

/** Its pods read their keys as they start. */
export function releaseAppStep({database, keys, requireReady}: Release): KeyedStep {
  return {
    id: releaseStepId,
    effect: 'Keyed',
    title: {en: 'Let Commander go on', ru: 'Запустить Commander'},
    will: {
      en: 'Its Deployments get the replicas that they had; all must become available.',
      ru: 'Deployment получают прежнее число реплик; все должны стать доступны.',
    },
    act: async (reader, key) => {
      if (keys !== undefined) await requireLiveKeys(reader, keys);
      if ((await runningApps(reader, database.namespace)).length === 0) await requireReady?.(reader, key);
      return startApps(reader, database.namespace);
    },
    verify: async (reader, past) => {
      const live = await reader.list(deploymentKind, {namespace: database.namespace});
      const held = live.filter(each => before(each) !== undefined);
      if (held.length > 0) return again({en: `${namesOf(held)} held`, ru: `удержаны: ${namesOf(held)}`});
      const missing = live.filter(each => (readNumber(each, 'status.availableReplicas') ?? 0) < replicasOf(each));
      if (missing.length === 0) return done({en: `${live.length} Deployments available`, ru: `доступно Deployment: ${live.length}`});
      return waiting(
        {en: 'every Deployment of Commander available', ru: 'все Deployment Commander доступны'},
        withDowntime({en: `${namesOf(missing)} not yet`, ru: `ещё нет: ${namesOf(missing)}`}, reader, past),
      );
    },
    timeouts: {verify: appSeconds},
    commands: [`kubectl wait deployment -n ${database.namespace} --all --for=condition=Available --timeout=20m`],
  };
}

function replicasOf(live: KubeObject): number {
  return readNumber(live, 'spec.replicas') ?? 1;
}

function before({metadata}: KubeObject): number | undefined {
  const text = metadata.annotations?.[replicasBefore];
  return text === undefined ? undefined : Number(text);
}

function namesOf(objects: readonly KubeObject[]): string {
  return objects.map(({metadata}) => objectKey({name: metadata.name})).join(', ');
}
