/** Where the programs of the real control plane are on this machine, if they are there at all. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {accessSync, constants, readdirSync, readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {BinaryName} from './binary-recipes.ts';
import {binaryRecipes, goModuleFolder, goModuleNames} from './binary-recipes.ts';

/** Paths. Without the three required ones there is no control plane; KUBEBUILDER_ASSETS seldom has more than these. */
export type ControlPlaneBinaries = Readonly<Record<RequiredName, string> & Record<Exclude<BinaryName, RequiredName>, string | undefined>>;

type RequiredName = 'etcd' | 'kubeApiserver' | 'kubectl';

export function findControlPlane(): ControlPlaneBinaries | {missing: string} {
  const folder = findBinaryFolder();
  if (folder === undefined) return {missing: 'the control plane has not been built'};
  const {etcd, kubeApiserver, kubectl, ...rest} = listBinaries(folder);
  if (etcd === undefined) return {missing: `etcd is not in ${folder}`};
  if (kubeApiserver === undefined) return {missing: `kube-apiserver is not in ${folder}`};
  if (kubectl === undefined) return {missing: `kubectl is not in ${folder}`};
  return {etcd, kubeApiserver, kubectl, ...rest};
}

/** The folder of ready-made programs that takes the place of our own build, as envtest has it. */
export function readAssetsFolder(): string | undefined {
  const folder = process.env.KUBEBUILDER_ASSETS;
  return folder === undefined || folder === '' ? undefined : folder;
}

/** The cache folder for exactly these go.sum files and this Go; a change of either is a new folder. */
export function cacheFolder(goVersion: string): string {
  return join(cacheRoot(), `${checksumKey()}-${goVersion}`);
}

/** For example `go1.26.8`; undefined where there is no Go. */
export function readGoVersion(): string | undefined {
  try {
    return execFileSync('go', ['env', 'GOVERSION'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim();
  } catch {
    return undefined;
  }
}

export function listBinaries(folder: string): Record<BinaryName, string | undefined> {
  const found: Record<BinaryName, string | undefined> = {
    etcd: undefined,
    kubeApiserver: undefined,
    kubeControllerManager: undefined,
    kubeScheduler: undefined,
    kubectl: undefined,
    kubectl132: undefined,
    kwok: undefined,
  };
  for (const recipe of binaryRecipes) {
    const path = join(folder, recipe.file);
    if (isExecutable(path)) found[recipe.name] = path;
  }
  return found;
}

/** Where Go is gone since the build, what any Go built from the same go.sum files still serves. */
function findBinaryFolder(): string | undefined {
  const assets = readAssetsFolder();
  if (assets !== undefined) return assets;
  const goVersion = readGoVersion();
  if (goVersion !== undefined) return existingFolder(cacheFolder(goVersion));
  const key = checksumKey();
  const name = listFolder(cacheRoot()).find(entry => entry.startsWith(`${key}-`));
  return name === undefined ? undefined : join(cacheRoot(), name);
}

function cacheRoot(): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'deckhand', 'control-plane');
}

function checksumKey(): string {
  const hash = createHash('sha256');
  for (const module of goModuleNames) hash.update(readFileSync(join(goModuleFolder(module), 'go.sum')));
  return hash.digest('hex').slice(0, 16);
}

function existingFolder(path: string): string | undefined {
  return listFolder(path).length > 0 ? path : undefined;
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
