/** The programs a real control plane consists of, and how each is built from the Go modules in `go/`. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

export type BinaryName = 'etcd' | 'kubeApiserver' | 'kubeControllerManager' | 'kubeScheduler' | 'kubectl' | 'kubectl132' | 'kwok';

export type BinaryRecipe = {
  readonly name: BinaryName;
  /** The file's name in the cache and in KUBEBUILDER_ASSETS. */
  readonly file: string;
  /** Folder under `go/` whose go.mod pins the program. */
  readonly module: string;
  readonly package: string;
  /** The module whose version the program reports, where it has to be told. */
  readonly stampedVersionOf: string | undefined;
};

const KUBERNETES = 'k8s.io/kubernetes';

/** In the order of building: each profits from what the ones before it left in Go's own cache. */
export const binaryRecipes: readonly BinaryRecipe[] = [
  kubernetesRecipe('kubeApiserver', 'kube-apiserver'),
  kubernetesRecipe('kubeControllerManager', 'kube-controller-manager'),
  kubernetesRecipe('kubectl', 'kubectl'),
  {name: 'etcd', file: 'etcd', module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3', stampedVersionOf: undefined},
  kubernetesRecipe('kubeScheduler', 'kube-scheduler'),
  {name: 'kwok', file: 'kwok', module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', stampedVersionOf: undefined},
  {
    name: 'kubectl132',
    file: 'kubectl-1.32',
    module: 'kubectl-1.32',
    package: `${KUBERNETES}/cmd/kubectl`,
    stampedVersionOf: KUBERNETES,
  },
];

export const goModuleNames: readonly string[] = [...new Set(binaryRecipes.map(recipe => recipe.module))].sort();

export function goModuleFolder(module: string): string {
  return join(import.meta.dirname, 'go', module);
}

/** The -ldflags of a recipe: without the stamps kube-apiserver calls itself `v0.0.0-master` and clients cannot parse it. */
export function linkerFlags(recipe: BinaryRecipe): string {
  const flags = ['-s', '-w'];
  if (recipe.stampedVersionOf === undefined) return flags.join(' ');
  const version = readRequiredVersion(recipe.module, recipe.stampedVersionOf);
  const [major = '', minor = ''] = version.slice(1).split('.');
  for (const variables of ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']) {
    flags.push('-X', `${variables}.gitVersion=${version}`);
    flags.push('-X', `${variables}.gitMajor=${major}`, '-X', `${variables}.gitMinor=${minor}`);
  }
  return flags.join(' ');
}

function kubernetesRecipe(name: BinaryName, file: string): BinaryRecipe {
  return {name, file, module: 'kubernetes', package: `${KUBERNETES}/cmd/${file}`, stampedVersionOf: KUBERNETES};
}

function readRequiredVersion(module: string, required: string): string {
  const lines = readFileSync(join(goModuleFolder(module), 'go.mod'), 'utf8').split('\n');
  for (const line of lines) {
    const words = line
      .trim()
      .replace(/^require /, '')
      .split(' ');
    if (words[0] === required && words[1]?.startsWith('v') === true) return words[1];
  }
  throw new Error(`${required} is not required by go/${module}/go.mod`);
}
