/**
 * The steps that end with a dump one can rely on, kept outside of the database: taken on the leader into a file, checked there,
 * carried to its place, compared, and described by a manifest beside it. Other runbooks of databases begin with them.
 */
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {
  makeFolder,
  memberDump,
  memberFolder,
  memberGlobals,
  memberNotes,
  pgDump,
  pgDumpGlobals,
  printFile,
  removeFiles,
  removeFolder,
  renameFile,
  writeFile,
} from '../domain/postgres/dump-commands.ts';
import {dumpName, globalsName, manifestName, readManifest} from '../domain/postgres/dump-manifest.ts';
import {inventorySql, propertiesSql} from '../domain/postgres/dump-sql.ts';
import {memberContainer, psql} from '../domain/postgres/member-commands.ts';
import {flushLsnSql, identitySql} from '../domain/postgres/member-sql.ts';
import {writeMarkSql} from '../domain/postgres/write-mark.ts';
import {joinWords} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, done, type KeyedStep, type Step} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {runIdOf} from './postgres-backup-place.ts';
import {dumpFault, readNotes} from './postgres-dump-check.ts';
import {writeManifest} from './postgres-dump-manifest.ts';
import {type DumpScope, openBackup, placeWords, requireSpace} from './postgres-dump-scope.ts';
import {sayTaken} from './postgres-dump-time.ts';
import type {Keeper} from './postgres-keeper.ts';
import {type LeadingMember, leadingMember, objectsIn} from './postgres-member.ts';
import {closePlaceSteps, reaching} from './postgres-reached-place.ts';
import {readMemberPods} from './postgres-world.ts';

const dumpSecondsMax = 4 * 3600;

export function verifiedDumpSteps(scope: DumpScope): readonly Step[] {
  return [dumpStep(scope), ...reaching(scope.facts.to, 'to', [keepStep(scope), manifestStep(scope)])];
}

/** At the end of a run that still has the database: what the dump left in it goes. */
export function dumpTidySteps(scope: DumpScope): readonly Step[] {
  return [tidyStep(scope), ...closePlaceSteps(scope.facts.to, 'to')];
}

function dumpStep(scope: DumpScope): KeyedStep {
  const {database, facts} = scope;
  const names = facts.databases.join(', ');
  return {
    id: 'dump',
    effect: 'Keyed',
    isVital: true,
    title: {en: `Dump ${names} and check the dump`, ru: `Снять дамп ${names} и проверить его`},
    will: {
      en: 'pg_dump on the leader into a file on its disk. The file must list every table and be readable to its end; else it is taken again.',
      ru: 'pg_dump на лидере в файл на его диске. В файле должны быть все таблицы, и он должен читаться до конца; иначе дамп снимается заново.',
    },
    danger: {
      en: 'It takes space on the disk of the database for the time, and reads all of it once.',
      ru: 'На время занимает место на диске базы и один раз читает её целиком.',
    },
    act: async (reader, key) => {
      const member = await leadingMember(reader, database);
      return [...(await dumpEffects(reader, member, scope, runIdOf(key))), ...(await globalsEffects(member, scope, runIdOf(key)))];
    },
    undo: (reader, key) => tidyEffects(reader, scope, key),
    verify: async (reader, {key}) => {
      const member = await leadingMember(reader, database);
      const id = runIdOf(key);
      let bytes = 0;
      for (const [index, name] of facts.databases.entries()) {
        const fault = await dumpFault(reader, member, {id, index, database: name});
        if (fault !== undefined)
          return again({
            en: `the dump of ${name} is not to be relied on: ${fault.en}`,
            ru: `дампу ${name} нельзя доверять: ${fault.ru}`,
          });
        bytes += (await member.size(memberDump(id, index))) ?? 0;
      }
      if (facts.hasGlobals && ((await member.size(memberGlobals(id))) ?? 0) === 0)
        return again({en: 'the roles were not dumped', ru: 'роли в дамп не попали'});
      const taken = sayTaken(readNotes(await member.text(memberNotes(id, 0)))?.at ?? '');
      return done({
        en: `${formatBytes(bytes)} on ${member.leader.name}, ${taken.en}; complete and readable to the end`,
        ru: `${formatBytes(bytes)} на ${member.leader.name}, ${taken.ru}; дамп полон и читается до конца`,
      });
    },
    timeouts: {act: dumpSecondsMax, verify: dumpSecondsMax},
    commands: [makeFolder(memberFolder('manual')), ...facts.databases.map((name, index) => pgDump(name, memberDump('manual', index)))].map(
      command => `kubectl exec -n ${database.namespace} ${database.name}-0 -c ${memberContainer} -- ${command.join(' ')}`,
    ),
  };
}

async function dumpEffects(reader: Reader, member: LeadingMember, {facts}: DumpScope, id: string) {
  const wanted: {readonly index: number; readonly name: string}[] = [];
  for (const [index, name] of facts.databases.entries()) {
    if ((await dumpFault(reader, member, {id, index, database: name})) !== undefined) wanted.push({index, name});
  }
  if (wanted.length > 0)
    await requireSpace(
      member,
      wanted.map(({name}) => name),
    );
  const effects = [];
  for (const {index, name} of wanted) {
    const [file, part] = [memberDump(id, index), `${memberDump(id, index)}.part`];
    const notes = JSON.stringify(await takeNotes(reader, member, name));
    effects.push(
      member.exec(makeFolder(memberFolder(id))),
      member.exec(removeFiles([file, part])),
      member.exec(writeFile(memberNotes(id, index)), notes),
      member.exec(pgDump(name, part)),
      member.exec(renameFile(part, file)),
    );
  }
  return effects;
}

async function globalsEffects(member: LeadingMember, {facts}: DumpScope, id: string) {
  const file = memberGlobals(id);
  if (!facts.hasGlobals || ((await member.size(file)) ?? 0) > 0) return [];
  const part = `${file}.part`;
  return [
    member.exec(makeFolder(memberFolder(id))),
    member.exec(removeFiles([part])),
    member.exec(pgDumpGlobals(part)),
    member.exec(renameFile(part, file)),
  ];
}

async function takeNotes(reader: Reader, member: LeadingMember, database: string) {
  const [identity] = objectsIn([await member.ask(identitySql)]);
  const lsn = (await member.run(psql(flushLsnSql))).stdout.trim();
  return {
    at: new Date(reader.now()).toISOString(),
    leader: member.leader.name,
    timeline: member.leader.timeline,
    lsn,
    systemId: member.leader.systemId,
    serverVersion: Number(identity?.version ?? 0),
    properties: await member.ask(propertiesSql(database)),
    mark: await member.ask(writeMarkSql, database),
    inventory: await member.ask(inventorySql, database),
  };
}

type Carried = {readonly name: string; readonly file: string};

function carriedFiles({facts}: DumpScope, id: string): readonly Carried[] {
  const dumps = facts.databases.map((_, index) => ({name: dumpName(index), file: memberDump(id, index)}));
  return facts.hasGlobals ? [...dumps, {name: globalsName, file: memberGlobals(id)}] : dumps;
}

function keepStep(scope: DumpScope): KeyedStep {
  const {database, facts} = scope;
  return {
    id: 'dump-kept',
    effect: 'Keyed',
    isHarmless: true,
    isVital: true,
    title: {en: `Keep the dump ${placeWords(facts.to).en}`, ru: `Сохранить дамп ${placeWords(facts.to).ru}`},
    will: {
      en: 'Every byte is carried there; size and SHA-256 must be the same at both ends.',
      ru: 'Дамп переносится целиком; размер и SHA-256 должны совпасть на обоих концах.',
    },
    act: async (reader, key) => {
      const member = await leadingMember(reader, database);
      const keeper = await openBackup(reader, scope, key);
      const missing = await notCarried(member, keeper, carriedFiles(scope, runIdOf(key)));
      const [bytes, free] = [missing.reduce((sum, file) => sum + file.bytes, 0), await keeper.freeBytes()];
      if (bytes > free)
        throw new Refusal('NoSpace', {
          en: `the dump has ${formatBytes(bytes)} and its place ${formatBytes(free)} left: make room, then retry`,
          ru: `дамп занимает ${formatBytes(bytes)}, а на месте свободно ${formatBytes(free)}: освободите место и повторите`,
        });
      return missing.flatMap(({name, file}) => keeper.receive(name, member.command(printFile(file))));
    },
    verify: async (reader, {key}) => {
      const member = await leadingMember(reader, database);
      const keeper = await openBackup(reader, scope, key);
      const [differing] = await notCarried(member, keeper, carriedFiles(scope, runIdOf(key)));
      if (differing !== undefined)
        return again({
          en: `${differing.name} is not the same at both ends`,
          ru: `${differing.name} на двух концах не совпадает`,
        });
      const first = await keeper.digest(dumpName(0));
      return done(joinWords([keeper.describe(dumpName(0)), `sha256 ${first?.sha256 ?? ''}`], ', '));
    },
    timeouts: {act: dumpSecondsMax, verify: 3600},
    commands: [
      `kubectl exec -n ${database.namespace} ${database.name}-0 -c ${memberContainer} -- cat ${memberDump('manual', 0)} > ${dumpName(0)}`,
      `sha256sum ${dumpName(0)}`,
    ],
  };
}

/** Those that the place does not have byte for byte. Throws Refusal where the member has lost one. */
async function notCarried(member: LeadingMember, keeper: Keeper, files: readonly Carried[]) {
  const missing: (Carried & {readonly bytes: number})[] = [];
  for (const {name, file} of files) {
    const source = await member.digest(file);
    if (source === undefined)
      throw new Refusal('DumpGone', {
        en: `${file} is not on ${member.leader.name}: the dump must be taken again, start a new run`,
        ru: `${file} нет на ${member.leader.name}: дамп надо снять заново, начните новый запуск`,
      });
    const kept = await keeper.digest(name);
    if (kept?.bytes !== source.bytes || kept.sha256 !== source.sha256) missing.push({name, file, bytes: source.bytes});
  }
  return missing;
}

function manifestStep(scope: DumpScope): KeyedStep {
  return {
    id: 'dump-described',
    effect: 'Keyed',
    isHarmless: true,
    isVital: true,
    title: {en: 'Write down what is in it', ru: 'Записать, что в дампе'},
    will: {
      en: 'A manifest beside the dump: time, leader, position, the rows of every table, versions, fingerprints. No password and no key.',
      ru: 'Рядом с дампом — манифест: время, лидер, позиция, число строк каждой таблицы, версии, отпечатки. Без паролей и ключей.',
    },
    act: async (reader, key) => {
      const keeper = await openBackup(reader, scope, key);
      if ((await readKept(keeper)) !== undefined) return [];
      const member = await leadingMember(reader, scope.database);
      return keeper.write(manifestName, await writeManifest(reader, member, keeper, scope, runIdOf(key)));
    },
    verify: async (reader, {key}) => {
      const keeper = await openBackup(reader, scope, key);
      const manifest = await readKept(keeper);
      return manifest === undefined
        ? again({en: 'the manifest cannot be read back', ru: 'манифест не читается обратно'})
        : done(keeper.describe(manifestName));
    },
    timeouts: {act: 3600, verify: 600},
    commands: [],
  };
}

async function readKept(keeper: Keeper) {
  const text = await keeper.readText(manifestName);
  return text === undefined ? undefined : readManifest(text);
}

function tidyStep(scope: DumpScope): KeyedStep {
  return {
    id: 'dump-tidied',
    effect: 'Keyed',
    isHarmless: true,
    title: {en: 'Free the disk of the database', ru: 'Освободить диск базы'},
    will: {en: 'The files that the dump left in the members go.', ru: 'Файлы дампа удаляются из подов базы.'},
    act: (reader, key) => tidyEffects(reader, scope, key),
    timeouts: {act: 600},
    commands: [
      `kubectl exec -n ${scope.database.namespace} ${scope.database.name}-0 -c ${memberContainer} -- ${removeFolder(memberFolder('manual')).join(' ')}`,
    ],
  };
}

async function tidyEffects(reader: Reader, {database}: DumpScope, key: string) {
  const pods = (await readMemberPods(reader, database)).filter(({phase, isTerminating}) => phase === 'Running' && !isTerminating);
  const command = removeFolder(memberFolder(runIdOf(key)));
  return pods.map(
    ({name, uid}) => ({kind: 'exec', namespace: database.namespace, pod: name, podUid: uid, container: memberContainer, command}) as const,
  );
}
