/** Resource versions of requests: numbers, with kube-apiserver's answers to what is none. */
import {ApiFault} from './api-fault.ts';

/** undefined for '' and for '0', which both leave the choice to the server. */
export function parseVersion(text: string): number | undefined {
  if (text === '' || text === '0') return undefined;
  if (!/^\d+$/.test(text)) throw new MalformedVersion(text);
  return Number(text);
}

/** kube-apiserver answers 400 to it in a LIST and 500 in a GET or a WATCH. */
export class MalformedVersion extends Error {
  constructor(text: string) {
    super(`resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  }

  toFault(): ApiFault {
    return new ApiFault(500, undefined, this.message);
  }
}

/** Refuses a version that has not been written yet. */
export function checkReached(version: number | undefined, current: number): void {
  if (version !== undefined && version > current) throw ApiFault.versionTooLarge(version, current);
}
