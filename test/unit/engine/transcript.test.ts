import {describe, expect, test} from 'vitest';
import {transcriptText} from '../../../src/domain/run-transcript.ts';
import {transcriptSummary} from '../../../src/domain/transcript-summary.ts';
import {writtenLines} from '../../../src/domain/transcript-writes.ts';
import {commandOf, recordEffect} from '../../../src/engine/describe-effect.ts';
import {claimKind, podKind} from '../../../src/runbooks/workload-kinds.ts';
import {RunKit} from '../../support/run-kit.ts';
import {noteGate, sampleObjects, sampleRunbook, sampleTarget, writeStep} from '../../support/sample-runbooks.ts';

const gated = sampleRunbook({
  risk: 'destructive',
  facts: {leader: 'db-0'},
  steps: target => [writeStep(target, 'one'), writeStep(target, 'two', {gate: noteGate(target)})],
});
const approvals = [{gate: 'look', required: 1, groups: ['dba'], users: [], expiresAfterSeconds: 3600}];

async function carried(decision = 'Approve'): Promise<RunKit> {
  const kit = await RunKit.start({runbooks: [gated], objects: sampleObjects});
  await kit.submit(gated.name, {...sampleTarget, text: 'quiet'}, {approvals});
  await kit.driveToEnd('run-1', {isConsenting: false});
  await kit.consent('run-1', {reason: 'as | agreed\non call'});
  await kit.driveToEnd('run-1', {isConsenting: false});
  await kit.clock.advance(5_000);
  await kit.consent('run-1', {kind: 'Approval', by: 'olga', groups: ['dba', 'ops'], reason: 'after the backup', decision});
  await kit.clock.advance(60_000);
  await kit.driveToEnd('run-1', {isConsenting: false});
  return kit;
}

async function transcriptOf(kit: RunKit) {
  return {run: await kit.run(), entries: await kit.log()};
}

describe('who agreed to what', () => {
  test('stands with name, groups, reason, object, both times, and the facts', async () => {
    const kit = await carried();
    const {run, entries} = await transcriptOf(kit);
    const opened = entries.find(({kind, step}) => kind === 'gate-opened' && step === 'two');
    const passed = entries.find(({kind, step}) => kind === 'gate-passed' && step === 'two');
    const createdAt = /"createdAt":"([^"]+)"/.exec(JSON.stringify(passed?.data))?.[1] ?? 'none';
    expect(Date.parse(passed?.at ?? '') - Date.parse(createdAt)).toBeGreaterThanOrEqual(60_000);
    const text = transcriptText({run, entries}, line => line);
    const lines = text.split('\n');
    const at = lines.findIndex(line => line.includes('gate-passed [two] look: olga (Approval)'));
    expect(lines.slice(at + 1, at + 4)).toEqual([
      expect.stringMatching(
        new RegExp(`^ {4}- Approval yes-run-1-\\d+-olga by olga \\(groups dba, ops\\), given ${createdAt}; reason: after the backup$`),
      ),
      `    - agreed to these facts (digest ${String(opened?.data?.evidenceDigest)}):`,
      '        - note: calm',
    ]);
    expect(text).toContain(`): those of the plan, above`);
  });

  test('is one table above the log, which the words of people cannot break', async () => {
    const kit = await carried();
    const text = transcriptText(await transcriptOf(kit), line => line);
    const rows = text.split('\n').filter(line => line.startsWith('| '));
    expect(rows.find(row => row.startsWith('| start '))).toContain('| passed | alice (oncall) | Consent yes-run-1-');
    expect(rows.find(row => row.startsWith('| start '))).toContain('| as \\| agreed on call |');
    expect(rows.find(row => row.startsWith('| look '))).toContain('| passed | olga (dba, ops) | Approval ');
  });

  test('a no and its reason stand there as well', async () => {
    const kit = await carried('Reject');
    const text = transcriptText(await transcriptOf(kit), line => line);
    expect(text).toMatch(/\| look \| REJECTED \| olga \(dba, ops\) \| Approval yes-[^|]+ \| [^|]+ \| [^|]+ \| after the backup \|/);
  });

  test('who left a failed step out, too', async () => {
    const kit = await carried('Reject');
    await kit.consent('run-1', {kind: 'Approval', by: 'olga', reason: 'done by hand', groups: ['dba'], gate: 'skip/two'});
    await kit.driveToEnd('run-1', {isConsenting: false});
    const text = transcriptText(await transcriptOf(kit), line => line);
    expect(text).toMatch(/\| skip\/two \| answered \| olga \(dba\) \| Approval yes-[^|]+ \| [^|]+ \| [^|]+ \| done by hand \|/);
  });
});

describe('the summary', () => {
  test('says who asked for what, who had to agree, and how each step went', async () => {
    const lines = transcriptSummary(await transcriptOf(await carried()));
    expect(lines).toEqual(
      expect.arrayContaining([
        '- asked by: alice (groups oncall)',
        '    - text: quiet',
        '    - gate look: 1 of groups dba, within 60m',
        '- result: Succeeded, 2/2 steps: patched ConfigMap default/thing',
        '- the whole record, with every object as it stood: deckhand runbook export run-1 -o json',
      ]),
    );
    expect(lines.find(line => line.startsWith('| two |'))).toMatch(/^\| two \| Succeeded \| 20\S+Z \| 20\S+Z \| \d+s \| 1 \|$/);
  });

  test('masks what a parameter may not tell', async () => {
    const {run, entries} = await transcriptOf(await carried());
    const parameters = {target: 'default/thing', settings: {password: 'hunter2'}};
    const text = transcriptSummary({run: {...run, spec: {...run.spec, parameters}}, entries}).join('\n');
    expect(text).toContain('settings: {"password":"<masked>"}');
    expect(text).not.toContain('hunter2');
  });

  test('names a gate at which nobody has answered yet', async () => {
    const kit = await RunKit.start({runbooks: [gated], objects: sampleObjects});
    await kit.submit(gated.name, sampleTarget);
    await kit.driveToEnd('run-1', {isConsenting: false});
    expect(transcriptSummary(await transcriptOf(kit)).join('\n')).toMatch(/\| start \| open since 20\S+Z: 0 of 1 \|/);
  });
});

describe('what was written', () => {
  const claim = {kind: claimKind, namespace: 'db', name: 'pgdata-db-1'};

  test('a command names the object that it makes, and does not wait for a claim that its pod still holds', () => {
    const object = {metadata: {labels: {app: 'x'}}, spec: {storageClassName: 'fast'}};
    expect(commandOf({kind: 'create', ref: claim, object})).toBe(
      `kubectl create -f - <<< '{"apiVersion":"v1","kind":"PersistentVolumeClaim","spec":{"storageClassName":"fast"},"metadata":{"labels":{"app":"x"},"name":"pgdata-db-1","namespace":"db"}}'`,
    );
    expect(commandOf({kind: 'delete', ref: claim, uid: 'u', propagation: 'Background'})).toBe(
      'kubectl delete persistentvolumeclaims pgdata-db-1 -n db --wait=false',
    );
  });

  test('of a pod that goes, its node, images and claims are shown; the rest is in the log', () => {
    const ref = {kind: podKind, namespace: 'db', name: 'db-1'};
    const metadata = {name: 'db-1', namespace: 'db', uid: 'u1', resourceVersion: '7', annotations: {long: 'x'.repeat(900)}};
    const spec = {
      nodeName: 'worker-2',
      containers: [{name: 'postgres', image: 'spilo:3', env: [{name: 'A', value: 'b'}]}],
      volumes: [
        {name: 'pgdata', persistentVolumeClaim: {claimName: 'pgdata-db-1'}},
        {name: 'token', projected: {}},
      ],
    };
    const recorded = recordEffect(
      {kind: 'delete', ref, uid: 'u1', propagation: 'Background'},
      {apiVersion: 'v1', kind: 'Pod', metadata, spec},
    );
    expect(writtenLines(recorded).at(-1)).toBe(
      '      before: {"metadata":{"uid":"u1"},"spec":{"nodeName":"worker-2","containers":[{"name":"postgres","image":"spilo:3"}],"claims":["pgdata-db-1"]}}',
    );
  });

  test('what is long is cut, and says so', () => {
    const [, , before = ''] = writtenLines({what: 'patch X', command: 'kubectl …', inverse: {data: {text: 'y'.repeat(2000)}}});
    expect(before.length).toBeLessThan(800);
    expect(before).toMatch(/… \(13\d\d more characters in the log\)$/);
  });
});
