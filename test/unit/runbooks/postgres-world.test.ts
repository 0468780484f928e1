/** In which order the members of a database are asked, as one look at it is taken. */
import {expect, test} from 'vitest';
import type {ExecEffect} from '../../../src/domain/kube-write.ts';
import {patroniGet} from '../../../src/domain/postgres/member-commands.ts';
import {createReader} from '../../../src/engine/live-reader.ts';
import {postgresSwitchover} from '../../../src/runbooks/postgres-switchover.ts';
import {readDatabase} from '../../../src/runbooks/postgres-world.ts';
import {startPostgresKit} from '../../support/postgres-kit.ts';

test('the leader is asked after its replicas, so that what is written meanwhile puts none of them ahead of it', async () => {
  const {kit, platform} = await startPostgresKit([postgresSwitchover], {isHighlyAvailable: true, owner: 'nobody'});
  const asked: string[] = [];
  const report = patroniGet('patroni').join(' ');
  const exec = (command: ExecEffect) => {
    if (command.command.join(' ') === report) asked.push(command.pod);
    return platform.exec(command);
  };
  const seen = await readDatabase(createReader({kube: kit.port, clock: kit.clock, exec}), platform.database);
  expect([...seen.reports.keys()]).toEqual(['shop-postgres-1', 'shop-postgres-0']);
  expect([platform.leader, asked]).toEqual(['shop-postgres-0', ['shop-postgres-1', 'shop-postgres-0']]);
});
