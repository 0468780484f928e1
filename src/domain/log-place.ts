/** Where lines stand that matter while a step waits, and how a run's record names it: `namespace/pod/container`. */

export type LogPlace = {readonly namespace: string; readonly pod: string; readonly container: string};

/** More than a person reads at once. */
export const logPlacesMax = 4;
/** Of `namespace/pod/container`. */
export const logPlaceLengthMax = 63 + 253 + 63 + 2;

const pattern =
  /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;

/** As they are recorded: those that can be names at all, each once, no more than are shown. */
export function logPlaceTexts(places: readonly LogPlace[]): readonly string[] {
  const texts = places.map(({namespace, pod, container}) => `${namespace}/${pod}/${container}`);
  return [...new Set(texts)].filter(text => pattern.test(text)).slice(0, logPlacesMax);
}

/** undefined for what names no place. */
export function readLogPlace(text: string): LogPlace | undefined {
  const [, namespace, pod, container] = pattern.exec(text) ?? [];
  return namespace === undefined || pod === undefined || container === undefined ? undefined : {namespace, pod, container};
}
