/** The last look at a database that was moved: every member is a safe copy on the new class, and what was put away is named. */
import {readString} from '../domain/fields.ts';
import {agreedLeader, type DatabaseSeen} from '../domain/postgres/database-seen.ts';
import {replicaSafety} from '../domain/postgres/replica-safety.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {again, type CasStep, done, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {volumesOfClaims} from './postgres-kept-volumes.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {type Migration, operatorSays} from './postgres-migration.ts';
import {putPoliciesBack} from './postgres-protect-step.ts';
import {memberLogs} from './postgres-replica-watch.ts';
import {readDatabase} from './postgres-world.ts';

export function finishStep(migration: Migration): CasStep {
  const {database, newClass, facts} = migration;
  const {finalMembers, oldClass} = facts;
  return {
    id: 'finish',
    effect: 'K8sCas',
    title: {en: 'See that all is moved', ru: 'Убедиться, что всё перенесено'},
    will: {
      en: `${finalMembers} members, each a safe copy on ${newClass}: then the new volumes get the policy of their class back. The old ones stay Retain and are named; delete them when you are content.`,
      ru: `Узлов ${finalMembers}, каждый — надёжная копия на ${newClass}: тогда новые тома получают политику своего класса обратно. Прежние остаются Retain и будут названы; удалите их, когда убедитесь, что всё в порядке.`,
    },
    act: async (reader, key) =>
      troubleOf(await readDatabase(reader, database), migration) === undefined ? putPoliciesBack(reader, migration, key) : [],
    verify: async (reader, {key}) => {
      const seen = await readDatabase(reader, database);
      const trouble = troubleOf(seen, migration);
      if (trouble !== undefined) {
        const wanted = {en: `${finalMembers} safe members on ${newClass}`, ru: `надёжных копий на ${newClass}: ${finalMembers}`};
        return waiting(wanted, trouble, memberLogs(seen));
      }
      if ((await putPoliciesBack(reader, migration, key)).length > 0)
        return again({
          en: 'the new volumes get the policy of their class back',
          ru: 'новым томам возвращается политика их класса',
        });
      const kept = await keptVolumes(reader, database, seen);
      const names = kept.join(', ');
      const [told, said] =
        kept.length === 0
          ? ['', '']
          : [`; kept, and paid for until deleted: ${names}`, `; сохранены и стоят денег, пока не удалены: ${names}`];
      return done({en: `every claim is on ${newClass}${told}`, ru: `все заявки на ${newClass}${said}`});
    },
    wayBack: {
      en: `every disk is on ${newClass}; postgres-storage-class with ${oldClass || 'the class from before'} moves them back, postgres-volume-rebind gives one replica its kept volume`,
      ru: `все диски на ${newClass}; назад их переносит postgres-storage-class с классом ${oldClass || 'до переноса'}, а сохранённый том одной реплике возвращает postgres-volume-rebind`,
    },
    timeouts: {verify: 300},
    commands: [`kubectl -n ${database.namespace} get pvc -l cluster-name=${database.name}`, 'kubectl get pv | grep Released'],
  };
}

function troubleOf(seen: DatabaseSeen, {newClass, facts: {finalMembers}}: Migration): Words | undefined {
  const {disks, cluster, set, pods} = seen;
  const old = disks.filter(({ordinal, storageClass}) => ordinal < finalMembers && storageClass !== newClass);
  if (old.length > 0) {
    const claims = old.map(({claim}) => claim.name).join(', ');
    return {en: `${claims} on another class`, ru: `${claims} на другом классе`};
  }
  if (cluster.instances !== finalMembers || set?.replicas !== finalMembers || pods.length !== finalMembers)
    return {
      en: `${cluster.instances} instances are wanted, ${set?.replicas ?? 0} replicas, ${pods.length} pods`,
      ru: `нужно экземпляров ${cluster.instances}, реплик ${set?.replicas ?? 0}, подов ${pods.length}`,
    };
  if (cluster.status !== 'Running') return joinWords([operatorSays(cluster.status), {en: 'not Running', ru: 'а не Running'}], ', ');
  const agreed = agreedLeader(seen);
  if (agreed.kind !== 'agreed') return agreed.why;
  const unsafe = pods.filter(({name}) => name !== agreed.name).flatMap(({name}) => replicaSafety(seen, name, {storageClass: newClass}));
  return unsafe.length === 0
    ? undefined
    : joinWords(
        unsafe.map(({text}) => text),
        '; ',
      );
}

/** Those that stay though no claim is bound to them any more. */
async function keptVolumes(reader: Reader, database: DatabaseName, {disks}: DatabaseSeen): Promise<readonly string[]> {
  const used = new Set(disks.map(({volume}) => volume?.name));
  return (await volumesOfClaims(reader, database))
    .filter(volume => !used.has(volume.metadata.name) && readString(volume, 'spec.persistentVolumeReclaimPolicy') === 'Retain')
    .map(({metadata}) => metadata.name);
}
