/**
 * Assembles the controller's image without a daemon, as an OCI image layout:
 *
 *     npm run image                                        # into dist/image
 *     skopeo copy oci:dist/image docker://REGISTRY/deckhand:VERSION
 */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import {programFiles} from '../../scripts/bundle.ts';
import {writeImageLayout} from './oci-layout.ts';
import {nodePath, runtimeFiles, text, user} from './runtime-files.ts';
import {tarOf} from './tar.ts';

const root = join(import.meta.dirname, '../..');
const architectures: Readonly<Record<string, string>> = {x64: 'amd64', arm64: 'arm64'};

export type AssembleOptions = {
  readonly folder: string;
  /** The folder of the built program. */
  readonly program: string;
};

/** Returns the digest of the image: the same for the same program, Node and libraries. */
export function assembleImage({folder, program}: AssembleOptions): string {
  const {version, description, license} = packageJson;
  const architecture = architectures[process.arch];
  if (process.platform !== 'linux' || architecture === undefined) {
    throw new Error('the image is of this machine’s Node and glibc: assemble it on Linux, on x64 or arm64');
  }
  const missing = programFiles.find(name => !existsSync(join(program, name)));
  if (missing !== undefined) throw new Error(`there is no ${join(program, missing)}: build it first (npm run build)`);
  const app = [
    ...programFiles.map(name => ({path: `app/dist/${name}`, mode: 0o755, content: readFileSync(join(program, name))})),
    text('app/package.json', JSON.stringify({name: packageJson.name, version, license, type: packageJson.type})),
    text('app/LICENSE', readFileSync(join(root, 'LICENSE'), 'utf8')),
  ];
  return writeImageLayout(folder, {
    architecture,
    layers: [
      {comment: 'Node and the libraries it is linked with', tar: tarOf(runtimeFiles(join(root, 'node_modules/node/bin/node')))},
      {comment: `deckhand ${version}`, tar: tarOf(app)},
    ],
    config: {
      User: `${user.id}:${user.id}`,
      WorkingDir: '/app',
      Entrypoint: [`/${nodePath}`, 'dist/deckhand.js'],
      Cmd: ['--controller'],
      ExposedPorts: {'8080/tcp': {}},
      // The file system of the pod is read-only: there is no place for a compile cache.
      Env: ['PATH=/usr/local/bin', 'HOME=/tmp', 'NODE_DISABLE_COMPILE_CACHE=1'],
    },
    annotations: {
      'org.opencontainers.image.title': packageJson.name,
      'org.opencontainers.image.description': description,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': license,
    },
    refName: version,
  });
}

if (import.meta.main) {
  const folder = join(root, 'dist/image');
  const digest = assembleImage({folder, program: join(root, 'dist')});
  process.stdout.write(`${folder}\n${digest}\n`);
}
