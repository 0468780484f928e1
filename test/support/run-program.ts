/** Runs a program to its end and tells what it printed: kubectl, and the script face of the built bundle. */
import {execFile} from 'node:child_process';

export type ProgramResult = {readonly code: number; readonly stdout: string; readonly stderr: string};

const timeoutMs = 120_000;
const outputBytesMax = 64 * 1024 * 1024;

/** A program that fails is an answer like any other; one that cannot be started or does not end is an error. */
export function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const options = {timeout: timeoutMs, maxBuffer: outputBytesMax, env: {...process.env, ...env}};
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr});
    });
  });
}

/** What a program printed that must succeed. */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const {code, stdout, stderr} = await runProgram(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
