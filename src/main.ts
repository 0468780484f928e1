#!/usr/bin/env node
/**
 * The program's first lines: refuse a Node that is too old in one sentence, turn the compile cache on, and only then
 * load the program. The file imports itself a second time for that, because a module that is already compiled gains
 * nothing from the cache. The only `process.exit` of the program stands here.
 */
import module from 'node:module';
import process from 'node:process';

const nodeMin = [22, 12] as const;
const secondLoad = '?program';

if (import.meta.url.endsWith(secondLoad)) {
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
} else if (isNodeTooOld(process.versions.node)) {
  process.stderr.write(`deckhand needs Node ${nodeMin.join('.')} or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  module.enableCompileCache?.();
  await import(`${import.meta.url}${secondLoad}`);
}

/** What is still on its way to a slow reader would be lost with the process. */
function written(pipe: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => pipe.write('', () => resolve()));
}

function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < nodeMin[0] || (major === nodeMin[0] && minor < nodeMin[1]);
}
