/** What a gate says before a disk goes is true for each way of a move: two members, three for the time, one. */
import {expect, test} from 'vitest';
import {readField, readString} from '../../../src/domain/fields.ts';
import {dropWords, removeWords, replaceWords} from '../../../src/runbooks/postgres-gate-words.ts';
import {exampleMigration, type Migration, movesOf} from '../../../src/runbooks/postgres-migration.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {type PostgresKit, startPostgresKit, stateOf} from '../../support/postgres-kit.ts';

const database = {namespace: 'd8-commander', name: 'commander-postgres'};
const members = exampleMigration.members.map(each => ({...each, volume: `pvc-${each.ordinal}`}));

const ofTwo: Migration = {database, newClass: 'fast', isExtraWanted: false, facts: {...exampleMigration, members}};
const withExtra: Migration = {...ofTwo, isExtraWanted: true};
const ofOne: Migration = {...ofTwo, facts: {...ofTwo.facts, members: members.slice(0, 1), instances: 1, finalMembers: 1}};

function replacementsOf(migration: Migration) {
  return movesOf(migration).flatMap(move => (move.kind === 'replace' ? [replaceWords(migration, move)] : []));
}

test('with two members, who leads has the newest rows alone, and the volume that stays is named', () => {
  const [first, second] = replacementsOf(ofTwo);
  expect(first?.danger.en).toMatch(
    /^Until commander-postgres-1 is copied anew, commander-postgres-0 has the newest rows alone: .* what was written since is lost\. /,
  );
  expect(first?.ask.en).toMatch(/^Delete pgdata-commander-postgres-1 and copy .* Its old volume pvc-1 stays \(Retain\)\.$/);
  expect(second?.danger.en).toContain('commander-postgres-1 has the newest rows alone');
  expect(second?.danger.ru).toContain('самые новые строки есть только у commander-postgres-1');
});

test('a broken member that comes back on a kept volume is not said to be copied anew', () => {
  const {ask, danger} = replaceWords(ofTwo, {
    leader: 'commander-postgres-0',
    timeline: 1,
    instances: 2,
    member: 'commander-postgres-1',
    ordinal: 1,
    isBroken: true,
  });
  expect(ask.en).toContain('so that commander-postgres-1 comes back on its kept volume of class fast?');
  expect(danger.en).toMatch(/^Until commander-postgres-1 has caught up, .* what is in no dump is lost\. /);
});

test('with a member added for the time, nobody is said to be alone', () => {
  const [first, second] = replacementsOf(withExtra);
  expect(first?.danger.en).toContain('copies stay on commander-postgres-0 and commander-postgres-2;');
  expect(second?.danger.en).toContain('copies stay on commander-postgres-1 and commander-postgres-2;');
  for (const {danger} of [first, second].flatMap(each => each ?? [])) expect([danger.en, danger.ru].join()).not.toMatch(/alone|только у/);
});

test('a database of one member is told the same, and what is left once the second goes', () => {
  const [only] = replacementsOf(ofOne);
  expect(only?.danger.en).toContain('commander-postgres-1 has the newest rows alone');
  const moves = movesOf(ofOne);
  const removal = moves.flatMap(move => (move.kind === 'scale-down' ? [removeWords(ofOne, move)] : []));
  expect(removal[0]?.danger.en).toMatch(/^What is left of the database: commander-postgres-0; /);
  const drop = moves.flatMap(move => (move.kind === 'drop-claim' ? [dropWords(ofOne, move)] : []));
  expect(drop[0]?.ask.en).toBe(
    'Delete pgdata-commander-postgres-1, which no pod uses any more? Its volume stays (Retain) and goes on costing.',
  );
  expect(drop[0]?.danger.en).toMatch(/^What is left of the database: commander-postgres-0; .*claimRef.* spec\.volumeName/);
});

test('a claim that the StatefulSet takes along is said to go with its member', () => {
  const migration = {...withExtra, facts: {...withExtra.facts, isKeepingClaims: false}};
  const [removal] = movesOf(migration).flatMap(move => (move.kind === 'scale-down' ? [removeWords(migration, move)] : []));
  expect(removal?.ask.en).toBe(
    'Take commander-postgres-2 away? commander-postgres-1 leads. Its claim goes with it, its volume stays (Retain).',
  );
});

async function factsAt({kit}: PostgresKit, step: string): Promise<unknown> {
  let run = await kit.driveToEnd('run-1', {isConsenting: false});
  for (let gate = 0; gate < 20 && stateOf(run, step) !== 'AwaitingApproval'; gate += 1) {
    await kit.consent();
    run = await kit.driveToEnd('run-1', {isConsenting: false});
  }
  const opened = (await kit.log()).filter(({kind, step: id}) => kind === 'gate-opened' && id === step);
  return readField(opened.at(-1)?.data, 'facts');
}

test('the gate of a switchover names the heir, where it stands, and the copies that are there', {timeout: 60_000}, async () => {
  const started = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true});
  const {kit, target} = started;
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'none', keysTo: 'none'});
  const facts = await factsAt(started, 'switchover');
  expect(facts).toMatchObject({
    heir: {name: 'commander-postgres-1', role: 'replica', timeline: 1},
    copies: ['commander-postgres-0 (leader)', 'commander-postgres-1 (replica)'],
  });
  expect(readString(facts, 'heir.node')).toMatch(/\S/);
});
