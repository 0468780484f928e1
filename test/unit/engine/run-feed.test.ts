import {describe, expect, test} from 'vitest';
import {runKind} from '../../../src/domain/run.ts';
import type {OpenSource, SourceChange, SourceSink, SourceSpec} from '../../../src/domain/source.ts';
import {RunFeed, type RunFeedOptions} from '../../../src/engine/run-feed.ts';

const record = (name: string, phase: string) => ({
  metadata: {name, uid: `uid-${name}`, resourceVersion: '1', namespace: 'deckhand'},
  spec: {runbook: {name: 'node-drain'}, parameters: {target: 'worker-1'}},
  status: {
    runUID: `uid-${name}`,
    phase,
    progress: '1/1',
    steps: [{id: 'drain', title: 'Drain', index: 0, effect: 'K8sCas', state: 'Succeeded', attempts: 1}],
  },
});

/** A feed whose watches deliver what the test says. */
function feedOf(options: Partial<RunFeedOptions> = {}) {
  const heard: string[] = [];
  let deliver: (...records: ReturnType<typeof record>[]) => void = () => undefined;
  const open: OpenSource = <Row>({resource, projection}: SourceSpec<Row>, sink: SourceSink<Row>) => {
    if (resource.plural === runKind.plural)
      deliver = (...records) =>
        sink.changes(
          records.map(
            (object): SourceChange<Row> => ({
              type: 'upsert',
              entry: {...object.metadata, row: projection.project(object)},
            }),
          ),
        );
    return {stop: () => undefined};
  };
  const feed = new RunFeed(
    open,
    {namespace: 'deckhand', ...options},
    {
      onRun: name => heard.push(name),
      onApproval: () => undefined,
      onNews: () => heard.push('news'),
    },
  );
  return {feed, heard, deliver: (...records: ReturnType<typeof record>[]) => deliver(...records)};
}

describe('the feed of runs', () => {
  test('tells of each run, and once of all that came together', () => {
    const {heard, deliver} = feedOf();
    deliver(record('one', 'Running'), record('two', 'Succeeded'));
    deliver(record('one', 'Succeeded'));
    expect(heard).toEqual(['one', 'two', 'news', 'one', 'news']);
  });

  test('keeps runs whole', () => {
    const {feed, deliver} = feedOf();
    deliver(record('two', 'Succeeded'));
    expect(feed.get('two')).toMatchObject({status: {steps: [{id: 'drain'}]}});
    expect(feed.get('two')).not.toHaveProperty('isAbridged');
  });

  test('keeps of finished ones what lists show, where it is told to', () => {
    const {feed, deliver} = feedOf({forgetsSteps: true});
    deliver(record('one', 'Running'), record('two', 'Succeeded'));
    expect(feed.get('one')).toMatchObject({status: {steps: [{id: 'drain'}]}});
    expect(feed.get('two')).toMatchObject({
      isAbridged: true,
      spec: {parameters: {target: 'worker-1'}},
      status: {phase: 'Succeeded', progress: '1/1', steps: []},
    });
    deliver(record('one', 'Failed'));
    expect(feed.get('one')?.status.steps).toEqual([]);
  });
});
