/** When a dump was taken: the manifest's time, said by the step that took it and read back from there for the gates after it. */
import type {Words} from '../domain/words.ts';

export function sayTaken(at: string): Words {
  return {en: `taken at ${at}`, ru: `снят ${at}`};
}

/** `summary`: of the step that took it. Epoch milliseconds; undefined where it names no time. */
export function dumpTakenAt(summary: string | undefined): number | undefined {
  const [, at = ''] = /\btaken at (\S+Z)/.exec(summary ?? '') ?? [];
  const time = Date.parse(at);
  return Number.isNaN(time) ? undefined : time;
}
