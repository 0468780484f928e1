/** `--listen HOST:PORT`, where the host may be left out. */
import {UsageError} from './usage-error.ts';

export type ListenAddress = {readonly host: string; readonly port: number};

export function parseListenAddress(text: string, hostDefault: string): ListenAddress {
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535) throw new UsageError(`--listen ${text}: say HOST:PORT, such as ${hostDefault}:6443`);
  return {host: found[1] ?? (found[2] || hostDefault), port};
}
