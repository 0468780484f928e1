/** What a migration must not begin on, with real members: it is refused before the first effect, in words that say what to do. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readString} from '../../src/domain/fields.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {leaderName} from '../support/lab/commander-database.ts';
import {LabRuns} from '../support/lab/lab-run.ts';
import {MemberHands} from '../support/lab/member-hands.ts';
import {keptElsewhere, untilLive} from '../support/lab/migration.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';
import {newClass, oldClass} from '../support/postgres-drafts.ts';

const deadlineMs = 30_000;
let program: Program;
let lab: Lab;
let runs: LabRuns;
let leader: MemberHands;
let replica: MemberHands;

type Trouble = {
  readonly name: string;
  readonly reason: string;
  readonly storageClass?: string;
  make?(): Promise<unknown>;
  /** Whether the members show it. */
  isSeen?(cluster: string): boolean;
  mend?(): Promise<unknown>;
};

const troubles: readonly Trouble[] = [
  {name: 'a class that is not there', reason: 'UnknownClass', storageClass: 'no-such-class'},
  {name: 'the class that it has', reason: 'NothingToDo', storageClass: oldClass},
  {
    name: 'a cluster in maintenance mode',
    reason: 'Paused',
    make: () => leader.configure({pause: true}),
    isSeen: cluster => cluster.includes('"pause":true'),
    mend: () => leader.configure({pause: null}),
  },
  {
    name: 'a replica that may never lead',
    reason: 'NoFailover',
    make: () => replica.setTags({nofailover: true}),
    isSeen: cluster => cluster.includes('"nofailover":true'),
    mend: () => replica.setTags({}),
  },
  {
    name: 'a switchover that is scheduled',
    reason: 'SwitchoverScheduled',
    make: async () => leader.rest('POST', 'switchover', {leader: await leaderName(lab), scheduled_at: inAnHour()}),
    isSeen: cluster => cluster.includes('"scheduled_switchover"'),
    mend: () => leader.rest('DELETE', 'switchover'),
  },
];

describeWhere(
  findLab('embedded', '3.0.2'),
  'a migration is not begun on',
  () => {
    beforeAll(async () => {
      program = await buildProgram();
      lab = await startLab({server: 'embedded', patroni: '3.0.2', instances: 2});
      runs = await LabRuns.prepare(lab, program);
      await untilLive(lab, 2);
      const name = await leaderName(lab);
      leader = new MemberHands(lab, name);
      replica = new MemberHands(lab, name.endsWith('0') ? 'commander-postgres-1' : 'commander-postgres-0');
    });
    afterAll(async () => {
      await runs?.close();
      await lab?.close();
      await program?.remove();
    });

    test.for(troubles)('$name', async ({reason, storageClass = newClass, make, isSeen, mend}) => {
      const shows = async (isThere: boolean) => {
        const text = JSON.stringify(await replica.cluster());
        return isSeen === undefined || isSeen(text) === isThere;
      };
      await make?.();
      await waitUntil('the members show it', () => shows(true), {deadlineMs});
      const parameters = {target: 'd8-commander/commander-postgres', storageClass, ...keptElsewhere};
      const run = await runs.carry({name: `refused-${reason.toLowerCase()}`, runbook: 'postgres-storage-class', parameters});
      await mend?.();
      await waitUntil('the members show it no more', () => shows(false), {deadlineMs});
      expect(run.status.phase).toBe('Failed');
      expect(run.status.conditions.find(({type}) => type === 'Accepted')).toMatchObject({status: 'False', reason});
      expect(lab.server.deletions()).toEqual([]);
      const config = await new WorldClient(lab.server.port).find({
        apiVersion: 'deckhouse.io/v1alpha1',
        kind: 'ModuleConfig',
        name: 'commander',
      });
      expect(readString(config, 'spec.settings.postgres.internal.storageClass')).toBe(oldClass);
    });
  },
  'lab',
);

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
