/** An OCI image layout unpacked into a folder, and its program started there as a container runtime would start it. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

type Descriptor = {readonly mediaType: string; readonly digest: string; readonly size: number};
type ImageConfig = {
  readonly User: string;
  readonly WorkingDir: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Env: readonly string[];
};

export type UnpackedImage = {
  readonly root: string;
  readonly config: ImageConfig;
  /** How a program is started in it here; undefined where this machine lets nobody change the root. */
  readonly command: readonly string[];
  /** Why the program sees this machine's root, where it does. */
  readonly whyNotIsolated: string | undefined;
};

/** Every blob is checked against the digest that names it. */
export function unpackImage(layout: string, root: string): UnpackedImage {
  const index: {manifests: [Descriptor]} = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const manifest: {config: Descriptor; layers: Descriptor[]} = readJson(layout, index.manifests[0]);
  const image: {config: ImageConfig; rootfs: {diff_ids: string[]}} = readJson(layout, manifest.config);
  mkdirSync(root, {recursive: true});
  for (const [at, layer] of manifest.layers.entries()) {
    readBlob(layout, layer);
    const tar = execFileSync('gzip', ['-dc', blobPath(layout, layer)], {maxBuffer: 1024 ** 3});
    if (digestOf(tar) !== image.rootfs.diff_ids[at]) throw new Error(`layer ${at} is not what the configuration says`);
    execFileSync('tar', ['-xp', '--numeric-owner', '-C', root], {input: tar});
  }
  return {root, config: image.config, ...startIn(root, image.config)};
}

function startIn(root: string, {User, WorkingDir, Entrypoint}: ImageConfig): Pick<UnpackedImage, 'command' | 'whyNotIsolated'> {
  const [program = '', ...args] = Entrypoint.map(word => (word.startsWith('/') ? word : `${WorkingDir}/${word}`));
  const ways = [
    ['chroot', `--userspec=${User}`, root],
    ['unshare', '--map-root-user', 'chroot', root],
  ];
  const way = ways.find(([command = '', ...rest]) => canRun(command, [...rest, program, '--version']));
  if (way !== undefined) return {command: [...way, program, ...args], whyNotIsolated: undefined};
  const loader = execFileSync('find', [root, '-name', 'ld-linux-*'], {encoding: 'utf8'}).trim();
  const libraries = execFileSync('find', [root, '-name', 'libc.so.6', '-printf', '%h'], {encoding: 'utf8'});
  return {
    command: [loader, '--library-path', libraries, join(root, program), ...args.map(arg => (arg.startsWith('/') ? join(root, arg) : arg))],
    whyNotIsolated: 'neither chroot nor a user namespace is allowed here: the image’s program runs with its own libraries on this root',
  };
}

function canRun(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, [...args], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
}

function readJson<Body>(layout: string, descriptor: Descriptor): Body {
  return JSON.parse(readBlob(layout, descriptor).toString('utf8'));
}

function readBlob(layout: string, descriptor: Descriptor): Buffer {
  const content = readFileSync(blobPath(layout, descriptor));
  if (digestOf(content) !== descriptor.digest || content.length !== descriptor.size)
    throw new Error(`${descriptor.digest} is not what it is called`);
  return content;
}

function blobPath(layout: string, {digest}: Descriptor): string {
  return join(layout, 'blobs', digest.replace(':', '/'));
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
