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
  const {run} = await import('./cli/run.ts');
  process.exit(await run(process.argv.slice(2)));
} else if (isNodeTooOld(process.versions.node)) {
  process.stderr.write(`deckhand needs Node ${nodeMin.join('.')} or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  module.enableCompileCache?.();
  await import(`${import.meta.url}${secondLoad}`);
}

function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < nodeMin[0] || (major === nodeMin[0] && minor < nodeMin[1]);
}
