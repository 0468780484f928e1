#!/usr/bin/env node
/**
 * The program's first lines: refuse a Node that is too old in one sentence, turn the compile cache on, and only then
 * load the program. The build makes two files of it, because a file that is compiled before the cache is on gains nothing
 * from it: of three megabytes that would be a third of the first frame. The only `process.exit` of the program stands here.
 */
import module from 'node:module';
import process from 'node:process';

const nodeMin = [22, 12] as const;

if (isNodeTooOld(process.versions.node)) {
  process.stderr.write(`deckhand needs Node ${nodeMin.join('.')} or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  module.enableCompileCache?.();
  // Timers of ours keep nothing alive; a command that waits for one does.
  setInterval(() => {}, 2 ** 30);
  // A terminal takes what it is given at once, and one that has gone is the dashboard's own business.
  const pipes = [process.stdout, process.stderr].filter(output => !output.isTTY);
  // A reader that has gone (`| head`) wants no more.
  for (const pipe of pipes) pipe.on('error', () => {});
  const {run} = await import('./cli/run.ts');
  const code = await run(process.argv.slice(2));
  await Promise.all(pipes.map(written));
  process.exit(code);
}

/** What is still on its way to a slow reader would be lost with the process. */
function written(pipe: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => pipe.write('', () => resolve()));
}

function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < nodeMin[0] || (major === nodeMin[0] && minor < nodeMin[1]);
}
