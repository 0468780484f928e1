/** Takes a database away whole, so that it can be made anew: through its module, or its own object. The one act here that nothing takes back. */
import {readBoolean, readItems, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {type KindRef, refOf} from '../domain/object-ref.ts';
import type {Manifest} from '../domain/postgres/dump-manifest.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, done, failed, type GateDefinition, type KeyedStep, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {runIdOf} from './postgres-backup-place.ts';
import {type ByRestore, dumpScopeOf, requireAllElsewhere} from './postgres-by-restore.ts';
import {destroyStepId, downtime, recreateStepId, withDowntime} from './postgres-downtime.ts';
import {openBackup, placeWords} from './postgres-dump-scope.ts';
import {configMapKind, databaseRef, endpointsKind, volumeKind} from './postgres-kinds.ts';
import {outOfReach, readManifestInReach} from './postgres-made-backup.ts';
import {leadingMember} from './postgres-member.ts';
import {commander, readQueueTrouble} from './postgres-owner.ts';
import {requireProof} from './postgres-trial.ts';
import {requireUnwritten} from './postgres-unwritten.ts';
import {putAsideIn} from './postgres-what-else-goes.ts';
import {readDatabaseObjects, readMemberPods} from './postgres-world.ts';
import {moduleConfigKind} from './targets.ts';
import {claimKind, statefulSetKind} from './workload-kinds.ts';

const destroySeconds = 1200;
const freshMsMax = 3_600_000;
const allow = 'modules.deckhouse.io/allow-disabling';
/** On the ModuleConfig, which run turned it off: that one is not to do so twice without being asked. */
export const turnedOffBy = 'deckhand.dev/turned-off-by';
export const namespaceKind: KindRef = {group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false};
export const commanderConfig = {ref: {kind: moduleConfigKind, name: commander.module}, uid: ''};

export function destroyStep(plan: ByRestore): KeyedStep {
  const {database, newClass, facts} = plan;
  const isCommanders = facts.owner === 'commander';
  const name = `${database.namespace}/${database.name}`;
  return {
    id: destroyStepId,
    effect: 'Keyed',
    isVital: true,
    gate: destroyGate(plan),
    title: isCommanders ? {en: 'Turn Commander off', ru: 'Выключить Commander'} : {en: `Delete ${name}`, ru: `Удалить ${name}`},
    will: isCommanders
      ? {
          en: `ModuleConfig commander: spec.enabled false. The namespace ${database.namespace} goes with pods, claims and keys; volumes stay (Retain).`,
          ru: `ModuleConfig commander: spec.enabled false. Namespace ${database.namespace} удаляется с подами, PVC и ключами; тома остаются (Retain).`,
        }
      : {
          en: 'The operator takes away pods, claims and the passwords of roles; volumes stay (Retain).',
          ru: 'Оператор удалит поды, PVC и пароли ролей; тома остаются (Retain).',
        },
    danger: {
      en: 'No running copy is left, and there is no way back but the dump, which the steps that follow restore. Before it, dump, counts, keys and volumes are checked once more.',
      ru: 'Работающих копий не останется, назад — только через дамп, его восстановят следующие шаги. Перед этим дамп, количества, ключи и тома проверяются ещё раз.',
    },
    act: (reader, key) => (isCommanders ? turnOff(reader, plan, key) : deleteDatabase(reader, plan, key)),
    verify: (reader, past) => (isCommanders ? followNamespace(reader, plan, past) : followDeletion(reader, plan, past)),
    leaves: [{words: leftWords(plan), until: [recreateStepId]}],
    wayBack: {
      en: `the database is another one, on ${newClass}; postgres-storage-class moves it back to ${facts.oldClass || 'the class from before'}, and the dump of the old one is kept ${placeWords(facts.dump.to).en}`,
      ru: `это другая база, на ${newClass}; назад на ${facts.oldClass || 'прежний класс'} её переносит postgres-storage-class, а дамп старой сохранён (${placeWords(facts.dump.to).ru})`,
    },
    stableTimes: 2,
    timeouts: {act: 1800, verify: destroySeconds},
    commands: [
      isCommanders
        ? `kubectl patch moduleconfig commander --type=merge -p '{"spec":{"enabled":false}}'`
        : `kubectl delete postgresql -n ${database.namespace} ${database.name}`,
    ],
  };
}

function leftWords({database, facts}: ByRestore): Words {
  const kept = placeWords(facts.dump.to);
  if (facts.owner !== 'commander')
    return {
      en: `${database.name} is deleted: its object stands in manifest.json of the backup ${kept.en}; make it of that, then postgres-restore`,
      ru: `${database.name} удалена: её объект есть в manifest.json копии ${kept.ru}; создайте его оттуда, затем postgres-restore`,
    };
  const turnOn = `kubectl patch moduleconfig commander --type=merge -p '{"spec":{"enabled":true}}'`;
  return {
    en: `Commander is off: ${turnOn} turns it on, empty and with new keys; the backup is ${kept.en}`,
    ru: `Commander выключен: ${turnOn} включит его пустым и с новыми ключами; копия ${kept.ru}`,
  };
}

function destroyGate(plan: ByRestore): GateDefinition {
  const {database, facts} = plan;
  const name = `${database.namespace}/${database.name}`;
  const asked = facts.warning === null ? '' : ` ${facts.warning}.`;
  const kept = placeWords(facts.dump.to);
  const goes =
    facts.owner === 'commander'
      ? {
          en: `every member with its claim, and the namespace ${database.namespace} with the encryption keys`,
          ru: `все узлы базы с их PVC и namespace ${database.namespace} с ключами шифрования`,
        }
      : {en: 'every member with its claim, and the passwords of its roles', ru: 'все узлы базы с их PVC и пароли её ролей'};
  return {
    id: 'destroy',
    ask: {
      en: `The dump was restored once and its counts agree.${asked} Destroy ${name}: ${goes.en}? What stays: its volumes (Retain) and the dump ${kept.en}.`,
      ru: `Дамп пробно восстановлен, количества совпали.${asked} Уничтожить ${name}: ${goes.ru}? Останутся её тома (Retain) и дамп ${kept.ru}.`,
    },
    facts: async (reader, key) => {
      const scope = dumpScopeOf(plan);
      const made = await readManifestInReach(reader, async (by, of) => ({keeper: await openBackup(by, scope, of)}), key);
      const member = await leadingMember(reader, database);
      if (made !== undefined) {
        await requireProof(made.keeper, made.manifest);
        await requireUnwritten(member, made.manifest);
      }
      const {disks} = await readDatabaseObjects(reader, database);
      return {
        ...(made === undefined ? outOfReach : dumpFacts(made.manifest, reader.now())),
        databasesPutAside: await putAsideIn(member),
        claims: disks.map(({claim, volume}) => ({
          name: claim.name,
          uid: claim.uid,
          volume: volume?.name ?? '',
          policy: volume?.policy ?? '',
        })),
      };
    },
  };
}

/** Whoever agrees to a fresh dump is asked again where it is no longer fresh. */
function dumpFacts({databases, takenAt, lsn, keys}: Manifest, now: number) {
  const isFresh = now - Date.parse(takenAt) < freshMsMax;
  return {
    dumps: databases.map(({name, bytes, sha256}) => ({name, bytes, sha256})),
    takenAt,
    age: isFresh ? 'less than an hour' : 'more than an hour: nobody could write since, and no row was changed',
    lsn,
    keys,
  };
}

async function turnOff(reader: Reader, plan: ByRestore, key: string): Promise<readonly KubeWrite[]> {
  if ((await reader.get({kind: namespaceKind, name: plan.database.namespace})) === undefined) return [];
  const live = await readTarget(reader, commanderConfig);
  if (readBoolean(live, 'spec.enabled') === false) return [];
  await requireAllElsewhere(reader, plan, key);
  const consent = plan.facts.warning === null ? {} : {[allow]: 'true'};
  const annotations = {...consent, [turnedOffBy]: runIdOf(key)};
  return [patchWrite(commanderConfig, live, {metadata: {annotations}, spec: {enabled: false}})];
}

async function followNamespace(reader: Reader, {database}: ByRestore, past: StepPast): Promise<Progress> {
  const config = await reader.get(commanderConfig.ref);
  const isOn = config !== undefined && readBoolean(config, 'spec.enabled') === true;
  if (isOn && config.metadata.annotations?.[turnedOffBy] !== runIdOf(past.key))
    return again({en: 'Commander is on', ru: 'Commander включён'});
  if (isOn)
    return failed('TurnedOnAgain', {
      en: 'somebody turned Commander on again: look at what its namespace holds before anything else',
      ru: 'кто-то снова включил Commander: сначала посмотрите, что в его namespace',
    });
  const namespace = await reader.get({kind: namespaceKind, name: database.namespace});
  const queue = await readQueueTrouble(reader);
  if (namespace === undefined && queue === undefined)
    return done(withDowntime({en: 'Commander is off and its namespace gone', ru: 'Commander выключен, его namespace исчез'}, reader, past));
  const seen = [namespace === undefined ? [] : sayState(namespace), queue ?? [], downtime(reader, past)].flat();
  const wanted = {
    en: `the namespace ${database.namespace} gone and the queue empty`,
    ru: `namespace ${database.namespace} исчез, очередь пуста`,
  };
  return waiting(wanted, joinWords(seen, '; '));
}

/** What a namespace waits for stands in its conditions; finalizers are nobody's to strip. */
function sayState(namespace: KubeObject): Words {
  const phase = readString(namespace, 'status.phase');
  const told = readItems(namespace, 'status.conditions', item =>
    readString(item, 'status') === 'True' ? (readString(item, 'message') ?? '') : '',
  ).filter(message => message !== '');
  const why = told
    .slice(0, 2)
    .map(message => `: ${message}`)
    .join('');
  return {en: `it is ${phase ?? 'there'}${why}`, ru: `${phase === undefined ? 'он на месте' : `он ${phase}`}${why}`};
}

async function deleteDatabase(reader: Reader, plan: ByRestore, key: string): Promise<readonly KubeWrite[]> {
  const {database, target} = plan;
  const live = await reader.get(databaseRef(database));
  if (live === undefined) return leftovers(reader, plan);
  if (live.metadata.uid !== target.uid)
    throw new Refusal('TargetReplaced', {
      en: `${database.name} was made anew by somebody else: nothing is deleted`,
      ru: `${database.name} заново создал кто-то другой: ничего не удаляем`,
    });
  if (live.metadata.deletionTimestamp !== undefined) return [];
  await requireAllElsewhere(reader, plan, key);
  const {uid, resourceVersion} = live.metadata;
  return [{kind: 'delete', ref: databaseRef(database), uid, resourceVersion, propagation: 'Background'}];
}

/** Claims that the operator was told to leave, and what Patroni kept in the API server: a new database would take both for its own. */
async function leftovers(reader: Reader, {database, facts}: ByRestore): Promise<readonly KubeWrite[]> {
  if ((await whatRuns(reader, database)).length > 0) return [];
  const writes: KubeWrite[] = [];
  for (const claim of await ownClaims(reader, database)) {
    const known = facts.members.some(({claimUid}) => claimUid === claim.metadata.uid);
    const volume = await reader.get({kind: volumeKind, name: readString(claim, 'spec.volumeName') ?? ''});
    if (!known || (volume !== undefined && readString(volume, 'spec.persistentVolumeReclaimPolicy') !== 'Retain'))
      throw new Refusal('StrangeClaim', {
        en: `the claim ${claim.metadata.name} is none that the plan knows, or its volume is not kept: look at it`,
        ru: `PVC ${claim.metadata.name} плану неизвестен, или его том не сохраняется: посмотрите на него`,
      });
    writes.push({kind: 'delete', ref: refOf(claimKind, claim), uid: claim.metadata.uid, propagation: 'Background'});
  }
  for (const [kind, object] of await patroniObjects(reader, database)) {
    writes.push({kind: 'delete', ref: refOf(kind, object), uid: object.metadata.uid, propagation: 'Background'});
  }
  return writes;
}

async function followDeletion(reader: Reader, {database, target}: ByRestore, past: StepPast): Promise<Progress> {
  const live = await reader.get(databaseRef(database));
  if (live !== undefined && live.metadata.uid !== target.uid)
    return failed('TargetReplaced', {
      en: `${database.name} was made anew by somebody else: look at it before anything else`,
      ru: `${database.name} заново создал кто-то другой: сначала посмотрите на неё`,
    });
  if (live !== undefined && live.metadata.deletionTimestamp === undefined)
    return again({en: 'its object is there', ru: 'её объект на месте'});
  const running = [...(live === undefined ? [] : [{en: 'its object', ru: 'её объект'}]), ...(await whatRuns(reader, database))];
  const wanted = {en: 'everything of the database gone', ru: 'от базы ничего не осталось'};
  if (running.length > 0) return waiting(wanted, withDowntime(joinWords(running, ', '), reader, past));
  const left = [...(await ownClaims(reader, database)), ...(await patroniObjects(reader, database)).map(([, object]) => object)];
  const standing = left.filter(({metadata}) => metadata.deletionTimestamp === undefined).map(({metadata}) => metadata.name);
  if (standing.length > 0) return again({en: `${standing.join(', ')} were left behind`, ru: `осталось: ${standing.join(', ')}`});
  const names = left.map(({metadata}) => metadata.name).join(', ');
  return left.length > 0
    ? waiting(wanted, {en: `${names} on their way out`, ru: `удаляются: ${names}`})
    : done(withDowntime({en: 'the database is gone', ru: 'базы больше нет'}, reader, past));
}

async function whatRuns(reader: Reader, database: ByRestore['database']): Promise<readonly (string | Words)[]> {
  const set = await reader.get({kind: statefulSetKind, ...database});
  const pods = await readMemberPods(reader, database);
  return [...(set === undefined ? [] : [{en: 'its StatefulSet', ru: 'её StatefulSet'}]), ...pods.map(({name}) => name)];
}

async function ownClaims(reader: Reader, {namespace, name}: ByRestore['database']): Promise<readonly KubeObject[]> {
  return reader.list(claimKind, {namespace, labelSelector: `application=spilo,cluster-name=${name}`});
}

async function patroniObjects(
  reader: Reader,
  {namespace, name}: ByRestore['database'],
): Promise<readonly (readonly [KindRef, KubeObject])[]> {
  const found: (readonly [KindRef, KubeObject])[] = [];
  for (const kind of [endpointsKind, configMapKind]) {
    for (const suffix of ['config', 'leader', 'failover', 'sync']) {
      const object = await reader.get({kind, namespace, name: `${name}-${suffix}`});
      if (object?.metadata.labels?.['cluster-name'] === name) found.push([kind, object]);
    }
  }
  return found;
}
