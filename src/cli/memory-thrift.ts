/**
 * Tells V8 to prefer a small heap to a few saved collections. By itself it lets the old generation grow to a multiple of
 * what lives in it, and doubles the young one, up to 128 MB, whenever enough objects lived on: over ten thousand rows an
 * hour of events would take twice the memory of all that they are about.
 */
import v8 from 'node:v8';
import type {Clock} from '../domain/clock.ts';

/** The young generation doubles once more after the last look below this: 32 MB. */
const youngBytesEnough = 24 * 1024 * 1024;
const checkMs = 500;

export function keepMemorySmall(clock: Clock): void {
  v8.setFlagsFromString('--heap-growing-percent=50');
  limitYoungGeneration(clock, true);
}

/** Its limit can only be set when Node starts; the factor by which it grows is read each time that it does. */
function limitYoungGeneration(clock: Clock, grows: boolean): void {
  clock.setTimer(checkMs, () => {
    const young = v8.getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
    // It shrinks in a long quiet, and must then be able to grow again.
    const mayGrow = (young?.physical_space_size ?? 0) < youngBytesEnough;
    if (mayGrow !== grows) v8.setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
    limitYoungGeneration(clock, mayGrow);
  });
}
