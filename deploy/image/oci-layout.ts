/** An OCI image layout: a folder that skopeo, crane, containerd and buildah read, its blobs named by their digests. */
import {createHash} from 'node:crypto';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';

type Descriptor = {readonly mediaType: string; readonly digest: string; readonly size: number};

type ImageOptions = {
  /** As OCI names it: amd64, arm64. */
  readonly architecture: string;
  /** Uncompressed tar archives, the lowest first, with a word on each. */
  readonly layers: readonly {readonly comment: string; readonly tar: Buffer}[];
  /** `config` of the image configuration: user, entry point, environment. */
  readonly config: unknown;
  readonly annotations: Readonly<Record<string, string>>;
  /** The name under which the layout holds the image. */
  readonly refName: string;
};

const media = 'application/vnd.oci.image';
const epoch = '1970-01-01T00:00:00Z';

/** Replaces `folder` and returns the digest of the manifest. */
export function writeImageLayout(folder: string, {architecture, layers, config, annotations, refName}: ImageOptions): string {
  rmSync(folder, {recursive: true, force: true});
  const blobs = join(folder, 'blobs/sha256');
  mkdirSync(blobs, {recursive: true});
  const store = (mediaType: string, content: Buffer): Descriptor => {
    const hash = sha256(content);
    writeFileSync(join(blobs, hash), content);
    return {mediaType, digest: `sha256:${hash}`, size: content.length};
  };
  const storeJson = (mediaType: string, value: unknown): Descriptor => store(mediaType, Buffer.from(JSON.stringify(value)));

  const stored = layers.map(({tar}) => store(`${media}.layer.v1.tar+gzip`, gzipSync(tar)));
  const image = storeJson(`${media}.config.v1+json`, {
    created: epoch,
    architecture,
    os: 'linux',
    config,
    rootfs: {type: 'layers', diff_ids: layers.map(({tar}) => `sha256:${sha256(tar)}`)},
    history: layers.map(({comment}) => ({created: epoch, created_by: 'deckhand deploy/image', comment})),
  });
  const manifest = storeJson(`${media}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${media}.manifest.v1+json`,
    config: image,
    layers: stored,
    annotations,
  });
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({imageLayoutVersion: '1.0.0'}));
  const entry = {...manifest, platform: {architecture, os: 'linux'}, annotations: {'org.opencontainers.image.ref.name': refName}};
  writeFileSync(join(folder, 'index.json'), JSON.stringify({schemaVersion: 2, mediaType: `${media}.index.v1+json`, manifests: [entry]}));
  return manifest.digest;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
