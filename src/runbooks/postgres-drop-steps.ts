/** Deletes the claim of a member that is not there: one that a scale-down leaves, or one of some time before. */
import type {KubeWrite} from '../domain/kube-write.ts';
import {claimNameOf, memberName} from '../domain/postgres/postgres-cluster.ts';
import type {Move} from '../domain/postgres/storage-path.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, type Progress, type Step, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {dropWords} from './postgres-gate-words.ts';
import {databaseRef, volumeKind} from './postgres-kinds.ts';
import {type LeftClaim, type Migration, requireStand, standGate} from './postgres-migration.ts';
import {retain} from './postgres-protect-step.ts';
import {readDatabaseObjects} from './postgres-world.ts';
import {claimKind} from './workload-kinds.ts';

/** The uid of the claim whose member went last: that one and no other is deleted after it. */
export const spareClaimAnnotation = 'deckhand.dev/spare-claim';

type Drop = Extract<Move, {kind: 'drop-claim'}>;
type Claimed = Drop | Extract<Move, {kind: 'add'}>;

export function dropSteps(migration: Migration, move: Drop): readonly Step[] {
  return move.isLeft ? leftSteps(migration, move) : [dropStep(migration, move)];
}

/** What an earlier time has left under the name of the member. */
export function leftSteps(migration: Migration, move: Claimed): readonly Step[] {
  const left = migration.facts.leftClaim;
  return left === null ? [] : [staleClaimStep(migration, left, move)];
}

/** A member that comes back takes the claim that is left under its name: on the old class, with old rows. */
function staleClaimStep(migration: Migration, left: LeftClaim, move: Claimed): CasStep {
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
      en: 'Look whose data it is before you agree: it may be the last copy of something else. No member of the database is touched. To have it back, clear the volume’s claimRef and make a claim that names it in spec.volumeName.',
      ru: 'Перед согласием посмотрите, чьи это данные: возможно, это последняя копия чего-то другого. Узлы базы не затрагиваются. Чтобы вернуть том, очистите его claimRef и создайте заявку с его именем в spec.volumeName.',
    },
    gate: standGate(
      migration,
      'drop-stale-claim',
      {
        en: `${left.name} (uid ${left.uid}, class ${left.storageClass || '(none)'}) is left from an earlier time. Delete it? Its volume stays (Retain).`,
        ru: `${left.name} (uid ${left.uid}, класс ${left.storageClass || '(нет)'}) осталась с прежних времён. Удалить? Том остаётся (Retain).`,
      },
      {goes: left.ordinal},
    ),
    act: async (reader, key) => {
      const seen = await requireStand(reader, migration, move);
      const disk = seen.disks.find(({ordinal}) => ordinal === left.ordinal);
      if (disk === undefined || disk.isTerminating) return [];
      if (disk.claim.uid !== left.uid)
        throw new Refusal('ClaimChanged', {
          en: `${left.name} was made anew since the run was planned`,
          ru: `${left.name} создана заново после того, как запуск был спланирован`,
        });
      return dropWrites(reader, migration, move.member, disk.claim, key);
    },
    verify: reader => followGone(reader, migration, left.ordinal),
    commands: [`kubectl -n ${database.namespace} delete pvc ${left.name}`],
  };
}

function dropStep(migration: Migration, move: Drop): CasStep {
  const {database, facts} = migration;
  const claim = claimNameOf(move.member);
  const object: Target = {ref: databaseRef(database), uid: ''};
  const {ask, danger} = dropWords(migration, move);
  return {
    id: 'drop-claim',
    effect: 'K8sCas',
    title: {en: `Delete the claim of ${move.member}`, ru: `Удалить заявку ${move.member}`},
    will: {
      en: `${claim} is of no use any more, and a later scale-up would take it. Its volume stays (Retain).`,
      ru: `${claim} больше не нужна, а при следующем масштабировании была бы взята. Том остаётся (Retain).`,
    },
    danger,
    gate: standGate(migration, 'drop-claim', ask, {goes: move.ordinal}),
    act: async (reader, key) => {
      const seen = await requireStand(reader, migration, move);
      const disk = seen.disks.find(({ordinal}) => ordinal === move.ordinal);
      if (disk === undefined || disk.isTerminating) return [];
      if (move.ordinal < facts.finalMembers)
        throw new Refusal('InUse', {
          en: `${claim} belongs to a member that stays`,
          ru: `${claim} принадлежит узлу базы, который остаётся`,
        });
      const live = await readTarget(reader, object);
      const spare = live.metadata.annotations?.[spareClaimAnnotation];
      if (spare !== undefined && spare !== disk.claim.uid)
        throw new Refusal('ClaimChanged', {
          en: `${claim} is not the claim that ${move.member} had, but was made since: it stays`,
          ru: `${claim} — не та заявка, что была у ${move.member}: она создана позже и остаётся`,
        });
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
  if (pods.some(({name}) => name === member))
    throw new Refusal('InUse', {
      en: `the pod ${member} is still there: its claim stays`,
      ru: `под ${member} ещё здесь: его заявка остаётся`,
    });
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
    ? done({en: `${name} is gone; its volume is kept`, ru: `${name} удалена; её том остаётся`})
    : waiting(
        {en: `${name} gone`, ru: `${name} удалена`},
        disk.isTerminating ? {en: 'it goes', ru: 'удаляется'} : {en: 'it is there', ru: 'она на месте'},
      );
}
