/**
 * Keeps the memory for short-lived objects small. V8 doubles it whenever enough of them lived on, up to 128 MB, and gives
 * nothing back while rows keep coming: an hour of events would take more memory than all that they are about.
 */
import v8 from 'node:v8';
import type {Clock} from '../domain/clock.ts';

/** It doubles once more after the last look below this: 32 MB. */
const enoughBytes = 24 * 1024 * 1024;
const checkMs = 500;

/** The limit itself can only be set when Node starts; the factor by which it grows is read each time that it does. */
export function limitYoungGeneration(clock: Clock, grows = true): void {
  clock.setTimer(checkMs, () => {
    const young = v8.getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
    // It shrinks in a long quiet, and must then be able to grow again.
    const mayGrow = (young?.physical_space_size ?? 0) < enoughBytes;
    if (mayGrow !== grows) v8.setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
    limitYoungGeneration(clock, mayGrow);
  });
}
