/** Builds what is missing of the real control plane into the cache: `node test/support/control-plane/build.ts [--check]`. */
import {spawnSync} from 'node:child_process';
import {mkdirSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {cacheFolder, findControlPlane, listBinaries, readAssetsFolder, readGoVersion} from './binaries.ts';
import type {BinaryRecipe} from './binary-recipes.ts';
import {binaryRecipes, goModuleFolder, linkerFlags} from './binary-recipes.ts';

const EXIT_FAILED = 1;
const EXIT_MISSING = 3;

if (process.argv.includes('--check')) process.exitCode = printBinaries();
else process.exitCode = buildMissing();

/** JSON on stdout and 0 where all are there; 3, with what is missing on stderr, where not. A folder of assets may lack extras. */
function printBinaries(): number {
  const found = findControlPlane();
  if ('missing' in found) {
    console.error(found.missing);
    return EXIT_MISSING;
  }
  console.log(JSON.stringify(found, undefined, 2));
  const missing = binaryRecipes.filter(recipe => found[recipe.name] === undefined).map(recipe => recipe.file);
  if (missing.length === 0) return 0;
  console.error(`missing: ${missing.join(', ')}`);
  return readAssetsFolder() === undefined ? EXIT_MISSING : 0;
}

function buildMissing(): number {
  if (readAssetsFolder() !== undefined) {
    console.log('KUBEBUILDER_ASSETS is set: nothing is built');
    return printBinaries();
  }
  const goVersion = readGoVersion();
  if (goVersion === undefined) {
    console.error('Go is missing: install Go 1.26 or newer, or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl.');
    return EXIT_FAILED;
  }
  const folder = cacheFolder(goVersion);
  mkdirSync(folder, {recursive: true});
  for (const recipe of binaryRecipes) {
    if (!buildOne(recipe, folder)) return EXIT_FAILED;
  }
  return 0;
}

/** Builds to a name of this process and renames, so that a build cut short never leaves half a program under its name. */
function buildOne(recipe: BinaryRecipe, folder: string): boolean {
  const target = join(folder, recipe.file);
  if (listBinaries(folder)[recipe.name] !== undefined) {
    console.log(`${recipe.file}: already built`);
    return true;
  }
  const unfinished = `${target}.${process.pid}.unfinished`;
  const startedAt = performance.now();
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', linkerFlags(recipe)];
  const result = spawnSync('go', ['build', ...flags, '-o', unfinished, recipe.package], {
    cwd: goModuleFolder(recipe.module),
    env: {...process.env, CGO_ENABLED: '0', GOWORK: 'off'},
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const elapsed = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  if (result.status !== 0) {
    rmSync(unfinished, {force: true});
    console.error(`${recipe.file}: go build failed after ${elapsed}`);
    return false;
  }
  renameSync(unfinished, target);
  console.log(`${recipe.file}: ${elapsed}`);
  return true;
}
