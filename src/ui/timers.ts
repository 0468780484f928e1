/** Delays for the ui, from outside. */

/** The part of a clock that the terminal needs; the domain's Clock is one. */
export type Timers = {setTimer(delayMs: number, run: () => void): {cancel(): void}};
