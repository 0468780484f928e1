/** Keeps writers out of databases while they are exchanged, and lets them in again. */
import {humanDuration} from '../domain/age.ts';
import type {Fields} from '../domain/fields.ts';
import {freezeSql, freezeStateSql, identifier, type Limits, thawSql} from '../domain/postgres/dump-sql.ts';
import {noteLimitsSql} from '../domain/postgres/limit-note.ts';
import {psql} from '../domain/postgres/member-commands.ts';
import {asWords, type Words} from '../domain/words.ts';
import {again, done, type GateDefinition, type KeyedStep, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {heldAppsWords, runningApps, startApps, stopApps} from './postgres-app-steps.ts';
import {destroyStepId, freezeStepId, releaseStepId, thawStepId, withDowntime} from './postgres-downtime.ts';
import {type KeysFacts, requireLiveKeys} from './postgres-keys-steps.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {type LeadingMember, leadingMember, objectsIn} from './postgres-member.ts';

/** Nobody may have written for so long. */
const stillMs = 30_000;

export type Freeze = {
  readonly database: DatabaseName;
  /** As they let connections in before. */
  readonly limits: Limits;
  /** Its Deployments are what writes, and are stopped first; absent where nobody knows who does. */
  readonly appsIn?: string;
  /** Throws Refusal where nobody may be let in by taking back. */
  readonly requireUndoable?: (reader: Reader) => Promise<void>;
  /** Throws Refusal where nobody may be let in yet. */
  readonly requireReady?: (reader: Reader, key: string) => Promise<void>;
  /** What the rows are encrypted with: nobody comes in with others. */
  readonly keys?: Extract<KeysFacts, {kind: 'keys'}>;
};

export function freezeStep({database, limits, appsIn, requireUndoable}: Freeze, gate: GateDefinition): KeyedStep {
  const names = Object.keys(limits);
  return {
    id: freezeStepId,
    effect: 'Keyed',
    isVital: true,
    gate,
    title: {en: 'Hold the writers: downtime begins', ru: 'Остановить запись: начинается простой'},
    will: {
      en: `${appsIn === undefined ? '' : `Deployments of ${appsIn} are scaled to 0. `}${names.join(', ')}: no new connections, nothing can be written, sessions are ended. For half a minute nobody may be there.`,
      ru: `${appsIn === undefined ? '' : `Deployment в ${appsIn} масштабируются до 0. `}${names.join(', ')}: новых подключений нет, запись запрещена, сессии завершаются. Полминуты никого не должно быть.`,
    },
    danger: {
      en: 'Applications fail from here until the writers are let in again. Undo lets them in at once.',
      ru: 'Отсюда и до снятия запрета приложения не работают. Отмена сразу снимает запрет.',
    },
    act: async reader => {
      const member = await leadingMember(reader, database);
      const apps = appsIn === undefined ? [] : await stopApps(reader, appsIn);
      const isFrozen = (await whoIsThere(member, names)).length === 0;
      // Noted also where an earlier run has left them closed: what this run has done it can take back, and say.
      return [...apps, member.exec(psql(noteLimitsSql(limits))), ...(isFrozen ? [] : [member.exec(psql(freezeSql(names)))])];
    },
    undo: async reader => {
      await requireUndoable?.(reader);
      const member = await leadingMember(reader, database);
      return [member.exec(psql(thawSql(limits))), ...(appsIn === undefined ? [] : await startApps(reader, appsIn))];
    },
    verify: async (reader, {startedAt, triedAt = startedAt}) => {
      const running = appsIn === undefined ? [] : await runningApps(reader, appsIn);
      if (running.length > 0)
        return waiting({en: 'every Deployment that writes stopped', ru: 'все пишущие Deployment остановлены'}, asWords(running.join(', ')));
      const there = await whoIsThere(await leadingMember(reader, database), names);
      if (there.length > 0) return again({en: `not at rest: ${there.join(', ')}`, ru: `не в покое: ${there.join(', ')}`});
      const stillFor = reader.now() - triedAt;
      return stillFor < stillMs
        ? waiting(
            {en: `nobody there for ${humanDuration(stillMs)}`, ru: `никого в течение ${humanDuration(stillMs)}`},
            {en: `nobody for ${humanDuration(stillFor)}`, ru: `никого уже ${humanDuration(stillFor)}`},
          )
        : done({
            en: `nobody writes; a new run lets them in as before, or by hand: ${thawSql(limits)}`,
            ru: `никто не пишет; новый запуск впустит их, как раньше, или вручную: ${thawSql(limits)}`,
          });
    },
    leaves: [
      {words: heldWords(limits, {en: 'undo this run, or ', ru: 'отмените этот запуск или '}), until: [thawStepId, destroyStepId]},
      ...(appsIn === undefined ? [] : [{words: heldAppsWords(appsIn), until: [releaseStepId, destroyStepId]}]),
    ],
    stableTimes: 2,
    timeouts: {verify: 600},
    commands: [`psql -c '${freezeSql(names)}'`],
  };
}

export function stillClosed(databases: readonly string[]): Words {
  return {en: `${databases.join(', ')} still lets nobody in`, ru: `по-прежнему закрыто: ${databases.join(', ')}`};
}

/** By hand the least that lets them in. */
export function heldWords(limits: Limits, orElse: Words = {en: '', ru: ''}): Words {
  const statements = Object.entries(limits).flatMap(([database, limit]) => [
    `alter database ${identifier(database)} reset default_transaction_read_only`,
    `alter database ${identifier(database)} connection limit ${limit}`,
  ]);
  const byHand = statements.map(statement => `-c '${statement}'`).join(' ');
  const names = Object.keys(limits).join(', ');
  return {
    en: `writers of ${names} are held: ${orElse.en}psql ${byHand}`,
    ru: `запись в ${names} остановлена: ${orElse.ru}psql ${byHand}`,
  };
}

/** What is not at rest, in words; [] where all is. */
export async function whoIsThere(member: LeadingMember, names: readonly string[]): Promise<readonly string[]> {
  const states = objectsIn(await member.ask(freezeStateSql(names)));
  return names.flatMap(name => {
    const state = states.find(each => each.name === name);
    if (state === undefined) return [`${name} is not there`];
    if (state.limit !== 0 || state.isReadOnly !== true) return [`${name} lets writers in`];
    return Number(state.sessions) === 0 ? [] : [`${name} has ${String(state.sessions)} sessions`];
  });
}

/** Databases that have come into being since, and are not named, stay as they are. */
export function thawStep({database, limits, appsIn, keys, requireReady}: Freeze): KeyedStep {
  const names = Object.keys(limits);
  const closed = async (member: LeadingMember): Promise<readonly string[]> => {
    const states = objectsIn(await member.ask(freezeStateSql(names)));
    return states
      .map(({name}) => String(name))
      .filter(name =>
        isClosed(
          states.find(state => state.name === name),
          limits[name],
        ),
      );
  };
  return {
    id: thawStepId,
    effect: 'Keyed',
    title: {en: 'Let the writers in: downtime ends', ru: 'Разрешить запись: простой окончен'},
    will: {en: `${names.join(', ')} take connections as before.`, ru: `${names.join(', ')} снова принимают подключения.`},
    act: async (reader, key) => {
      const member = await leadingMember(reader, database);
      if ((await closed(member)).length === 0) return [];
      await requireReady?.(reader, key);
      if (keys === undefined || appsIn === undefined) return [member.exec(psql(thawSql(limits)))];
      await requireLiveKeys(reader, keys);
      // A pod reads its keys as it starts: one that runs now may have others.
      const isHeld = (await runningApps(reader, appsIn)).length === 0;
      return isHeld ? [member.exec(psql(thawSql(limits)))] : stopApps(reader, appsIn);
    },
    verify: async (reader, past) => {
      const left = await closed(await leadingMember(reader, database));
      const running = left.length === 0 || keys === undefined || appsIn === undefined ? [] : await runningApps(reader, appsIn);
      if (running.length > 0)
        return waiting(
          {en: 'every Deployment held until the writers are let in', ru: 'все Deployment удержаны, пока запись не разрешена'},
          asWords(running.join(', ')),
        );
      return left.length > 0 ? again(stillClosed(left)) : done(withDowntime({en: 'writers are in', ru: 'запись разрешена'}, reader, past));
    },
    commands: [`psql -c '${thawSql(limits)}'`],
  };
}

function isClosed(state: Fields | undefined, limit: number | undefined): boolean {
  return state !== undefined && (state.isReadOnly === true || state.limit !== limit);
}
