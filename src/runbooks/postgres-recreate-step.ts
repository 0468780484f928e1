/** Makes the database anew on the new class, empty, and closes it until it is filled. */
import {type Fields, readFields} from '../domain/fields.ts';
import type {Effect} from '../domain/kube-write.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {agreedLeader} from '../domain/postgres/database-seen.ts';
import {readInventory} from '../domain/postgres/dump-inventory.ts';
import type {Manifest} from '../domain/postgres/dump-manifest.ts';
import {databaseNamesSql, freezeSql, inventorySql} from '../domain/postgres/dump-sql.ts';
import {noteLimitsSql} from '../domain/postgres/limit-note.ts';
import {psql} from '../domain/postgres/member-commands.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, type Check, done, type KeyedStep, type Progress, pass, refuse, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {type ByRestore, requireKept} from './postgres-by-restore.ts';
import {commanderConfig, namespaceKind, turnedOffBy} from './postgres-destroy-step.ts';
import {exchangeStepId, recreateStepId, thawStepId, withDowntime} from './postgres-downtime.ts';
import {placeWords} from './postgres-dump-scope.ts';
import {heldWords, whoIsThere} from './postgres-freeze-steps.ts';
import {databaseRef} from './postgres-kinds.ts';
import {type LeadingMember, leadingMember, namesIn} from './postgres-member.ts';
import {operatorSays} from './postgres-migration.ts';
import {readQueueTrouble} from './postgres-owner.ts';
import {readDatabase} from './postgres-world.ts';

const recreateSeconds = 1800;

export function recreateStep(plan: ByRestore): KeyedStep {
  const {database, newClass, facts} = plan;
  const isCommanders = facts.owner === 'commander';
  const patch = {
    metadata: {annotations: {[turnedOffBy]: null}},
    spec: {enabled: true, settings: {postgres: {internal: {storageClass: newClass}}}},
  };
  return {
    id: recreateStepId,
    effect: 'Keyed',
    isVital: true,
    title: isCommanders
      ? {en: `Turn Commander on, on ${newClass}`, ru: `Включить Commander на ${newClass}`}
      : {en: `Make the database anew on ${newClass}`, ru: `Создать базу заново на ${newClass}`},
    will: {
      en: 'A new, empty database with disks of the new class.',
      ru: 'Новая пустая база на дисках нового класса.',
    },
    act: async (reader, key) => {
      await requireDestroyed(reader, plan);
      if ((await reader.get(databaseRef(database))) !== undefined) return [];
      if (!isCommanders) return [createDatabase(plan, await requireKept(reader, plan, key))];
      const live = await readTarget(reader, commanderConfig);
      if (isPatched(live, patch)) return [];
      if ((await reader.get({kind: namespaceKind, name: database.namespace})) !== undefined)
        throw new Refusal('NotDestroyed', {
          en: `the namespace ${database.namespace} is still there: it is made anew only once it is gone`,
          ru: `namespace ${database.namespace} ещё здесь: заново его создают, только когда прежний исчезнет`,
        });
      await requireKept(reader, plan, key);
      return [patchWrite(commanderConfig, live, patch)];
    },
    verify: (reader, past) => followObject(reader, plan, patch, past),
    leaves: [
      {
        words: {
          en: `the database is new, and empty: postgres-restore brings back the backup ${placeWords(facts.dump.to).en}`,
          ru: `база новая и пустая: копию ${placeWords(facts.dump.to).ru} вернёт postgres-restore`,
        },
        until: [exchangeStepId],
      },
    ],
    timeouts: {verify: recreateSeconds},
    commands: [
      isCommanders
        ? `kubectl patch moduleconfig commander --type=merge -p '${JSON.stringify(patch)}'`
        : `kubectl get postgresql -n ${database.namespace} ${database.name} -o yaml`,
    ],
  };
}

async function requireDestroyed(reader: Reader, {database, target}: ByRestore): Promise<void> {
  if ((await reader.get(databaseRef(database)))?.metadata.uid !== target.uid) return;
  throw new Refusal('NotDestroyed', {
    en: `${database.namespace}/${database.name} is still the old database: it was not destroyed`,
    ru: `${database.namespace}/${database.name} — всё ещё прежняя база: она не удалена`,
  });
}

function createDatabase(plan: ByRestore, manifest: Manifest): Effect {
  const spec = readFields(manifest.object, 'spec');
  const volume = {...readFields(spec, 'volume'), storageClass: plan.newClass};
  const annotations = Object.entries(readFields(manifest.object, 'metadata.annotations')).filter(([name]) => !name.startsWith('kubectl.'));
  return {
    kind: 'create',
    ref: databaseRef(plan.database),
    object: {
      metadata: {labels: readFields(manifest.object, 'metadata.labels'), annotations: Object.fromEntries(annotations)},
      spec: {...spec, volume},
    },
  };
}

/** Its object is there; from here on it comes up by itself. */
async function followObject(reader: Reader, {database, facts}: ByRestore, patch: Fields, past: StepPast): Promise<Progress> {
  if ((await reader.get(databaseRef(database))) !== undefined)
    return done(withDowntime({en: 'its object is there', ru: 'её объект на месте'}, reader, past));
  if (facts.owner !== 'commander') return again({en: 'its object is not there', ru: 'её объекта нет'});
  if (!isPatched(await readTarget(reader, commanderConfig), patch)) return again({en: 'Commander is off', ru: 'Commander выключен'});
  const queue = await readQueueTrouble(reader);
  return waiting(
    {en: 'the object of the database', ru: 'объект базы'},
    withDowntime(queue ?? {en: 'nobody has made it yet', ru: 'его ещё никто не создал'}, reader, past),
  );
}

/** As soon as it leads, and before anybody comes in. */
export function leadsStep(plan: ByRestore): KeyedStep {
  const {database, newClass, facts} = plan;
  const open = async (reader: Reader) => {
    const member = await leadingMember(reader, database);
    const found = namesIn(await member.ask(databaseNamesSql));
    const names = Object.keys(facts.limits).filter(name => found.includes(name));
    return {member, names, isOpen: names.length > 0 && (await whoIsThere(member, names)).length > 0};
  };
  return {
    id: 'leads-and-closed',
    effect: 'Keyed',
    isVital: true,
    title: {en: `Wait for the new database on ${newClass}, and close it`, ru: `Дождаться новой базы на ${newClass} и закрыть её`},
    will: {
      en: 'It must have a leader, disks of the new class only, and be another system than the old one. Nobody may write into it before it is filled.',
      ru: 'Нужен лидер, только диски нового класса и другой системный идентификатор. До заполнения в базу никто не пишет.',
    },
    precheck: reader => checkLeads(reader, plan),
    act: async reader => {
      const {member, names, isOpen} = await open(reader);
      if (!isOpen) return [];
      const noted = Object.fromEntries(names.map(name => [name, facts.limits[name] ?? -1]));
      return [member.exec(psql(noteLimitsSql(noted))), member.exec(psql(freezeSql(names)))];
    },
    verify: async (reader, past) => {
      const {member, names, isOpen} = await open(reader);
      if (isOpen) return again({en: 'somebody is in', ru: 'в базе кто-то есть'});
      const early = await rowsIn(member, names);
      const leads = {
        en: `${member.leader.name} leads a new database on ${newClass}`,
        ru: `${member.leader.name} — лидер новой базы на ${newClass}`,
      };
      const told = {
        en: `it holds ${early} rows already, which stay beside`,
        ru: `в ней уже есть строки (${early}), они останутся рядом`,
      };
      return done(withDowntime(early === 0 ? leads : joinWords([leads, told], '; '), reader, past));
    },
    leaves: [{words: heldWords(facts.limits), until: [thawStepId]}],
    timeouts: {precheck: recreateSeconds},
    commands: [`kubectl get postgresql -n ${database.namespace} ${database.name}`],
  };
}

/** Whoever was quicker than the run has written into an empty database: that one is kept when it is exchanged. */
async function rowsIn(member: LeadingMember, names: readonly string[]): Promise<number> {
  let rows = 0;
  for (const name of names) rows += readInventory(await member.ask(inventorySql, name)).tables.reduce((sum, table) => sum + table.rows, 0);
  return rows;
}

async function checkLeads(reader: Reader, {database, newClass, facts}: ByRestore): Promise<Check> {
  const wanted = {en: `a new database that leads, on ${newClass}`, ru: `новая база с лидером, на ${newClass}`};
  const wait = (seen: Words): Check => ({kind: 'wait', wanted, seen});
  if ((await reader.get(databaseRef(database))) === undefined) return wait({en: 'its object is gone', ru: 'её объекта больше нет'});
  const seen = await readDatabase(reader, database);
  const old = seen.disks.find(({storageClass}) => storageClass !== newClass);
  if (old !== undefined)
    return refuse('OldClass', {
      en: `the claim ${old.claim.name} is of class ${old.storageClass}, not ${newClass}`,
      ru: `PVC ${old.claim.name} класса ${old.storageClass}, а не ${newClass}`,
    });
  const agreed = agreedLeader(seen);
  if (agreed.kind !== 'agreed') return wait(agreed.why);
  const systemId = seen.reports.get(agreed.name)?.systemId;
  if (systemId === facts.systemId)
    return refuse('OldDisk', {
      en: `${agreed.name} came up on an old disk: look at its claim before anything else`,
      ru: `${agreed.name} поднялся на прежнем диске: сначала посмотрите на его PVC`,
    });
  return seen.cluster.status === 'Running' ? pass : wait(operatorSays(seen.cluster.status));
}
