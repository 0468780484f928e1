import {expect, test} from 'vitest';
import {cronjobSuspend} from '../../../src/runbooks/cronjob-suspend.ts';
import {cronjobTrigger} from '../../../src/runbooks/cronjob-trigger.ts';
import {jobKind} from '../../../src/runbooks/workload-kinds.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';
import {cronJobDraft} from '../../support/workload-drafts.ts';

const target = 'default/backup';
function ended(type: 'Complete' | 'Failed', message = '') {
  return async (bench: RunbookBench) => {
    const [job] = await bench.reader.list(jobKind, {namespace: 'default'});
    if (job === undefined) throw new Error('no Job was made');
    const ref = {apiVersion: 'batch/v1', kind: 'Job', name: job.metadata.name, namespace: 'default'};
    await bench.world.patchStatus(ref, {conditions: [{type, status: 'True', message}]});
  };
}

test('the Job of a CronJob is made once and followed to its end', async () => {
  const bench = await RunbookBench.with(cronJobDraft);
  const outcomes = await bench.run(cronjobTrigger, {target}, (_, look) => (look === 2 ? ended('Complete')(bench) : undefined));
  const [job] = await bench.reader.list(jobKind, {namespace: 'default'});
  expect(outcomes).toEqual([`trigger done: Job ${job?.metadata.name} completed`]);
  expect(job?.metadata.name).toBe('backup-manual-1');
  expect(job?.metadata).toMatchObject({
    labels: {app: 'backup'},
    annotations: {'cronjob.kubernetes.io/instantiate': 'manual'},
    ownerReferences: [{kind: 'CronJob', name: 'backup', controller: true}],
  });
});

test('the next one gets the next number', async () => {
  const bench = await RunbookBench.with(cronJobDraft);
  await bench.run(cronjobTrigger, {target}, () => ended('Complete')(bench));
  expect((await bench.plan(cronjobTrigger, {target})).facts).toMatchObject({job: 'backup-manual-2'});
});

test('a Job that fails ends the run in its own words', async () => {
  const bench = await RunbookBench.with(cronJobDraft);
  const [outcome] = await bench.run(cronjobTrigger, {target}, () => ended('Failed', 'backoff limit reached')(bench));
  expect(outcome).toMatch(/^trigger failed: JobFailed: Job backup-manual-1: backoff limit reached$/);
});

test('a schedule is suspended and resumed, once each', async () => {
  const bench = await RunbookBench.with(cronJobDraft);
  const ref = {apiVersion: 'batch/v1', kind: 'CronJob', name: 'backup', namespace: 'default'};
  expect(await bench.refusal(cronjobSuspend, {target, on: false})).toMatch(/^NothingToDo/);
  await bench.run(cronjobSuspend, {target});
  expect((await bench.world.find(ref))?.spec).toMatchObject({suspend: true});
  expect(await bench.refusal(cronjobSuspend, {target})).toMatch(/^NothingToDo/);
  await bench.run(cronjobSuspend, {target, on: false});
  expect((await bench.world.find(ref))?.spec).toMatchObject({suspend: false});
});
