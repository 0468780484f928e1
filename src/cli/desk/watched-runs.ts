/** Runs of the cluster for who may only look at them; none where they may not be listed or are not served. */
import type {Run} from '../../domain/run.ts';
import type {OpenSource} from '../../domain/source.ts';
import {RunFeed} from '../../engine/run-feed.ts';
import {newestFirst} from './newest-first.ts';

export type WatchedRuns = {
  readonly settled: Promise<void>;
  /** Newest first. */
  runs(): readonly Run[];
  subscribe(listener: () => void): () => void;
  stop(): void;
};

export function watchRuns(open: OpenSource, namespace: string): WatchedRuns {
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const feed = new RunFeed(open, {namespace, forgetsSteps: true}, {onRun: () => undefined, onApproval: () => undefined, onNews: tell});
  return {
    settled: feed.synced,
    runs: () => feed.runs().toSorted(newestFirst),
    subscribe: listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => feed.stop(),
  };
}
