/** What the kernel knows of a process and its children's: memory and processor time. Linux only. */
import {readFileSync} from 'node:fs';

/** The kernel's USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

export type Memory = {readonly nowMb: number; readonly peakMb: number};

export function readMemory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return {nowMb: read('VmRSS'), peakMb: read('VmHWM')};
}

/** Seconds of processor time so far, user and system. */
export function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
