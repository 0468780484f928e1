/** Counts the commands that run inside pods: a dump takes hours, and whoever waits for one does not hang. */
import type {PodStreams} from '../../domain/pod-streams.ts';

export type CountedStreams = {readonly streams: PodStreams; running(): number};

/** A connection that died is heard of by its pings, and its command counts no more. */
export function countStreams(streams: PodStreams): CountedStreams {
  let running = 0;
  return {
    streams: {
      ...streams,
      exec: async request => {
        const process = await streams.exec(request);
        running += 1;
        void process.outcome.then(() => {
          running -= 1;
        });
        return process;
      },
    },
    running: () => running,
  };
}
