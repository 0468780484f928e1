/** Adds a member for the time of a migration, on a fresh disk, and takes it away again once it does not lead. */

import type {Fields} from '../domain/fields.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {agreedLeader} from '../domain/postgres/database-seen.ts';
import {claimNameOf, memberName} from '../domain/postgres/postgres-cluster.ts';
import {instancesBeforeAnnotation, instancesRunAnnotation} from '../domain/postgres/storage-branch.ts';
import type {Move} from '../domain/postgres/storage-path.ts';
import {inEnglish} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, failed, type Progress, pass, refuse, runUidOf, type Step, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {sayClaimTrouble} from './postgres-claim-events.ts';
import {databaseRef, volumeKind} from './postgres-kinds.ts';
import {checkSettled, type LeftClaim, type Migration, requirePass, requireStand, standGate} from './postgres-migration.ts';
import {operatorLogs} from './postgres-owner.ts';
import {keepStep, retain} from './postgres-protect-step.ts';
import {rebuildStep} from './postgres-rebuild-step.ts';
import {memberLogs} from './postgres-replica-watch.ts';
import {checkLeader} from './postgres-switchover-step.ts';
import {readDatabase, readDatabaseObjects} from './postgres-world.ts';
import {claimKind} from './workload-kinds.ts';

/** The uid of the claim whose member went last: that one and no other is deleted after it. */
const spareClaimAnnotation = 'deckhand.dev/spare-claim';
const bindSeconds = 600;
const scaleSeconds = 600;

type Addition = Extract<Move, {kind: 'add'}>;
type Removal = Extract<Move, {kind: 'scale-down'}>;
type Drop = Extract<Move, {kind: 'drop-claim'}>;

export function addSteps(migration: Migration, move: Addition): readonly Step[] {
  const instances = move.instances + 1;
  const isPassing = !migration.facts.isKeepingClaims;
  return [
    ...leftSteps(migration, move),
    addStep(migration, move),
    rebuildStep(migration, {...move, instances}),
    keepStep(migration, {...move, isPassing}),
  ];
}

export function dropSteps(migration: Migration, move: Drop): readonly Step[] {
  return move.isLeft ? leftSteps(migration, move) : [dropStep(migration, move)];
}

function leftSteps(migration: Migration, move: Addition | Drop): readonly Step[] {
  const left = migration.facts.leftClaim;
  return left === null ? [] : [staleClaimStep(migration, left, move)];
}

/** A member that comes back takes the claim that is left under its name: on the old class, with old rows. */
function staleClaimStep(migration: Migration, left: LeftClaim, move: Addition | Drop): CasStep {
  const {database} = migration;
  return {
    id: 'drop-stale-claim',
    effect: 'K8sCas',
    title: {en: `Delete the claim ${left.name} that is left over`, ru: `Удалить оставшуюся заявку ${left.name}`},
    will: {
      en: `No pod uses it. A new ${move.member} would take it, with what was on it; its volume stays (Retain).`,
      ru: `Её не использует ни один под. Новый ${move.member} взял бы её вместе с содержимым; том остаётся (Retain).`,
    },
    danger: {
      en: 'Look whose data it is before you agree: it may be the last copy of something else.',
      ru: 'Перед согласием посмотрите, чьи это данные: возможно, это последняя копия чего-то другого.',
    },
    gate: standGate(
      migration,
      'drop-stale-claim',
      {
        en: `${left.name} (uid ${left.uid}, class ${left.storageClass || '(none)'}) is left from an earlier time. Delete it?`,
        ru: `${left.name} (uid ${left.uid}, класс ${left.storageClass || '(нет)'}) осталась с прежних времён. Удалить?`,
      },
      left.ordinal,
    ),
    act: async (reader, key) => {
      const seen = await requireStand(reader, migration, move);
      const disk = seen.disks.find(({ordinal}) => ordinal === left.ordinal);
      if (disk === undefined || disk.isTerminating) return [];
      if (disk.claim.uid !== left.uid) throw new Refusal('ClaimChanged', `${left.name} was made anew since the run was planned`);
      return dropWrites(reader, migration, move.member, disk.claim, key);
    },
    verify: reader => followGone(reader, migration, left.ordinal),
    commands: [`kubectl -n ${database.namespace} delete pvc ${left.name}`],
  };
}

function addStep(migration: Migration, move: Addition): CasStep {
  const {database, newClass, facts} = migration;
  const {member, instances} = move;
  const object: Target = {ref: databaseRef(database), uid: ''};
  return {
    id: 'add-member',
    effect: 'K8sCas',
    title: {en: `Add ${member}`, ru: `Добавить ${member}`},
    will: {
      en: `numberOfInstances ${instances} → ${instances + 1}: a further copy on class ${newClass}, for the time of the migration.`,
      ru: `numberOfInstances ${instances} → ${instances + 1}: ещё одна копия на классе ${newClass} на время переноса.`,
    },
    danger: {
      en: 'The platform may put the number back while the run goes on; that stops the run before its next act.',
      ru: 'Платформа может вернуть прежнее число; это остановит запуск перед следующим действием.',
    },
    gate: standGate(migration, 'add-member', {
      en: `Add ${member} on class ${newClass}?`,
      ru: `Добавить ${member} на классе ${newClass}?`,
    }),
    precheck: async reader => {
      const seen = await readDatabase(reader, database);
      if (seen.cluster.instances === instances + 1) return pass;
      const check = checkSettled(migration, seen, move);
      if (check.kind !== 'pass') return check;
      return seen.disks.some(({ordinal}) => ordinal === move.ordinal)
        ? refuse(
            'StaleClaim',
            `the claim ${claimNameOf(member)} is there already: ${member} would take it; start again, and the run asks about it`,
          )
        : pass;
    },
    act: async (reader, key) => {
      const live = await readTarget(reader, object);
      const seen = await readDatabase(reader, database);
      if (seen.cluster.instances === instances + 1) return [];
      requirePass(checkSettled(migration, seen, move));
      return [patchWrite(object, live, instancesPatch(instances + 1, {before: String(facts.finalMembers), run: runUidOf(key)}))];
    },
    undo: 'inverse',
    undoCheck: async reader => {
      const agreed = agreedLeader(await readDatabase(reader, database));
      return agreed.kind === 'agreed' && agreed.name !== member
        ? pass
        : refuse('LeaderWouldGo', `${member} leads or nobody does: hand the lead over first, or the scale-down takes the leader away`);
    },
    verify: async (reader): Promise<Progress> => {
      const seen = await readDatabaseObjects(reader, database);
      const disk = seen.disks.find(({ordinal}) => ordinal === move.ordinal);
      const pod = seen.pods.find(({name}) => name === member);
      const wanted = `${member} running on a claim of class ${newClass}`;
      const logs = [...(await operatorLogs(reader)), ...memberLogs(seen)];
      if (disk !== undefined && disk.storageClass !== newClass)
        return failed('WrongClass', `the claim ${disk.claim.name} is on class ${disk.storageClass || '(default)'}, not ${newClass}`);
      if (disk === undefined || pod === undefined) return waiting(wanted, 'neither pod nor claim yet', logs);
      if (!disk.isBound)
        return waiting(
          wanted,
          `the claim ${disk.claim.name} is not bound${await sayClaimTrouble(reader, database, disk.claim.name)}`,
          logs,
        );
      if (pod.phase !== 'Running') return waiting(wanted, `the pod is ${pod.phase}`, logs);
      return done(`${disk.claim.name} is bound to ${disk.volume?.name ?? 'a volume'} of class ${newClass}`);
    },
    timeouts: {precheck: 600, verify: bindSeconds},
    commands: [
      `kubectl -n ${database.namespace} patch postgresql ${database.name} --type=merge -p '{"spec":{"numberOfInstances":${instances + 1}}}'`,
    ],
  };
}

export function removeStep(migration: Migration, move: Removal): CasStep {
  const {database, facts, newClass} = migration;
  const {member, leader, timeline} = move;
  const instances = move.instances - 1;
  const object: Target = {ref: databaseRef(database), uid: ''};
  return {
    id: 'remove-member',
    effect: 'K8sCas',
    title: {en: `Take ${member} away again`, ru: `Убрать ${member}`},
    will: {
      en: `numberOfInstances back to ${instances}. The highest member goes whoever leads: so only while ${leader} leads.`,
      ru: `numberOfInstances снова ${instances}. Уходит старший номер, кто бы ни лидировал: поэтому только пока лидер — ${leader}.`,
    },
    gate: standGate(
      migration,
      'remove-member',
      {en: `Take ${member} away? ${leader} leads.`, ru: `Убрать ${member}? Лидер — ${leader}.`},
      move.ordinal,
    ),
    precheck: async reader => {
      const seen = await readDatabase(reader, database);
      return seen.cluster.instances === instances ? pass : checkSettled(migration, seen, move);
    },
    act: async reader => {
      const live = await readTarget(reader, object);
      const seen = await readDatabase(reader, database);
      if (seen.cluster.instances === instances) return [];
      requirePass(checkSettled(migration, seen, move));
      if (move.ordinal !== instances)
        throw new Refusal('OtherWouldGo', `with ${instances} instances not ${member} alone would go: nothing is scaled down`);
      if (leader === member) throw new Refusal('LeaderWouldGo', `${member} leads: it may not go`);
      const old = seen.disks.find(({ordinal, storageClass}) => ordinal < facts.finalMembers && storageClass !== newClass);
      if (old !== undefined) throw new Refusal('NotMoved', `${old.claim.name} is still on class ${old.storageClass}: ${member} stays`);
      const spare = seen.disks.find(({ordinal}) => ordinal === move.ordinal)?.claim.uid ?? null;
      return [patchWrite(object, live, instancesPatch(instances, {before: null, run: null}, {[spareClaimAnnotation]: spare}))];
    },
    verify: async (reader): Promise<Progress> => {
      const seen = await readDatabase(reader, database);
      const led = checkLeader(seen, {from: leader, timeline, systemId: facts.systemId});
      if (led.kind === 'refuse' && led.reason !== 'NotNow') return failed(led.reason, inEnglish(led.message));
      const {set, cluster, pods} = seen;
      const isGone = !pods.some(({name}) => name === member);
      if (led.kind === 'pass' && isGone && set?.replicas === instances && cluster.status === 'Running')
        return done(`${member} is gone, ${leader} leads on timeline ${timeline}`);
      const now = isGone ? `${set?.replicas ?? 0} replicas, the operator says ${cluster.status || 'nothing'}` : `${member} is still there`;
      return waiting(`${instances} members, ${leader} leading`, now, [...(await operatorLogs(reader)), ...memberLogs(seen)]);
    },
    timeouts: {precheck: 600, verify: scaleSeconds},
    commands: [
      `kubectl -n ${database.namespace} patch postgresql ${database.name} --type=merge -p '{"spec":{"numberOfInstances":${instances}}}'`,
    ],
  };
}

function dropStep(migration: Migration, move: Drop): CasStep {
  const {database, facts} = migration;
  const claim = claimNameOf(move.member);
  const object: Target = {ref: databaseRef(database), uid: ''};
  return {
    id: 'drop-claim',
    effect: 'K8sCas',
    title: {en: `Delete the claim of ${move.member}`, ru: `Удалить заявку ${move.member}`},
    will: {
      en: `${claim} is of no use any more, and a later scale-up would take it. Its volume stays (Retain).`,
      ru: `${claim} больше не нужна, а при следующем масштабировании была бы взята. Том остаётся (Retain).`,
    },
    gate: standGate(migration, 'drop-claim', {en: `Delete ${claim}?`, ru: `Удалить ${claim}?`}, move.ordinal),
    act: async (reader, key) => {
      const seen = await requireStand(reader, migration, move);
      const disk = seen.disks.find(({ordinal}) => ordinal === move.ordinal);
      if (disk === undefined || disk.isTerminating) return [];
      if (move.ordinal < facts.finalMembers) throw new Refusal('InUse', `${claim} belongs to a member that stays`);
      const live = await readTarget(reader, object);
      const spare = live.metadata.annotations?.[spareClaimAnnotation];
      if (spare !== undefined && spare !== disk.claim.uid)
        throw new Refusal('ClaimChanged', `${claim} is not the claim that ${move.member} had, but was made since: it stays`);
      const writes = await dropWrites(reader, migration, move.member, disk.claim, key);
      const forget = patchWrite(object, live, {metadata: {annotations: {[spareClaimAnnotation]: null}}});
      return spare === undefined ? writes : [forget, ...writes];
    },
    verify: reader => followGone(reader, migration, move.ordinal),
    timeouts: {verify: 300},
    commands: [`kubectl -n ${database.namespace} delete pvc ${claim}`],
  };
}

/** The volume is kept first. Throws Refusal while a pod of the member is there. */
async function dropWrites(
  reader: Reader,
  {database}: Migration,
  member: string,
  claim: {readonly name: string; readonly uid: string; readonly resourceVersion: string},
  key: string,
): Promise<readonly KubeWrite[]> {
  const {pods, disks} = await readDatabaseObjects(reader, database);
  if (pods.some(({name}) => name === member)) throw new Refusal('InUse', `the pod ${member} is still there: its claim stays`);
  const volume = disks.find(disk => disk.claim.uid === claim.uid)?.volume?.name;
  const kept = volume === undefined ? undefined : retain(await reader.get({kind: volumeKind, name: volume}), key);
  const {name, uid, resourceVersion} = claim;
  const ref = {kind: claimKind, namespace: database.namespace, name};
  return [...(kept === undefined ? [] : [kept]), {kind: 'delete', ref, uid, resourceVersion, propagation: 'Background'}];
}

async function followGone(reader: Reader, {database}: Migration, ordinal: number): Promise<Progress> {
  const {disks} = await readDatabaseObjects(reader, database);
  const disk = disks.find(each => each.ordinal === ordinal);
  const name = claimNameOf(memberName(database.name, ordinal));
  return disk === undefined
    ? done(`${name} is gone; its volume is kept`)
    : waiting(`${name} gone`, disk.isTerminating ? 'it goes' : 'it is there');
}

type Mark = {readonly before: string | null; readonly run: string | null};

export function instancesPatch(instances: number, {before, run}: Mark, more: Fields = {}): Fields {
  const annotations = {[instancesBeforeAnnotation]: before, [instancesRunAnnotation]: run, ...more};
  return {metadata: {annotations}, spec: {numberOfInstances: instances}};
}
