/** What Node needs to run in an otherwise empty file system: its program, the libraries that this machine links it with, a user. */
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import type {TarEntry} from './tar.ts';

export const nodePath = 'usr/local/bin/node';
export const user = {id: 65532, name: 'deckhand'} as const;

export function runtimeFiles(node: string): readonly TarEntry[] {
  const libraries = librariesOf(node);
  return [
    {path: nodePath, mode: 0o755, content: readFileSync(node)},
    // Under the names by which the loader asks for them, whatever they link to here.
    ...libraries.map(path => ({path: path.slice(1), mode: 0o755, content: readFileSync(path)})),
    ...licences(),
    text('etc/passwd', `root:x:0:0:root:/:/sbin/nologin\n${user.name}:x:${user.id}:${user.id}:${user.name}:/tmp:/sbin/nologin\n`),
    text('etc/group', `root:x:0:\n${user.name}:x:${user.id}:\n`),
    text('etc/nsswitch.conf', 'hosts: files dns\n'),
    {path: 'tmp/', mode: 0o1777, content: Buffer.alloc(0)},
    // Node looks here for certificates of the machine, and complains on stderr where there is no such folder.
    {path: 'etc/ssl/certs/', mode: 0o755, content: Buffer.alloc(0)},
  ];
}

export function text(path: string, content: string): TarEntry {
  return {path, mode: 0o644, content: Buffer.from(content)};
}

/** Absolute paths: the loader and every library that it would open. */
function librariesOf(node: string): readonly string[] {
  const printed = execFileSync('ldd', [node], {encoding: 'utf8'});
  const paths = [...printed.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(match => match[1] ?? '');
  const missing = /^\s*(\S+) => not found/m.exec(printed)?.[1];
  if (missing !== undefined) throw new Error(`${node} needs ${missing}, which this machine lacks`);
  if (!paths.some(path => path.endsWith('/libc.so.6'))) throw new Error(`${node} is not linked with glibc: assemble the image where it is`);
  return paths;
}

/** The terms under which Debian and its kin pass these libraries on; other distributions keep them elsewhere. */
function licences(): readonly TarEntry[] {
  const files = ['libc6', 'libstdc++6', 'libgcc-s1'].map(name => `/usr/share/doc/${name}/copyright`);
  return files.filter(path => existsSync(path)).map(path => text(path.slice(1), readFileSync(path, 'utf8')));
}
