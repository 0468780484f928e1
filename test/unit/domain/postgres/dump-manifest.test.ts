/** Manifests of every age say how open a database was before its dump. */
import {expect, test} from 'vitest';
import {limitWhenOpen, readManifest} from '../../../../src/domain/postgres/dump-manifest.ts';

test.each([
  [7, {isFrozen: true, limitBefore: 7, connectionLimit: 0}],
  [-1, {isFrozen: true, connectionLimit: 0}],
  [0, {isFrozen: false, connectionLimit: 0}],
  [5, {isFrozen: true, connectionLimit: 5}],
])('%i', (limit, {isFrozen, connectionLimit, ...more}) => {
  const database = {name: 'shop', file: '0.dump', bytes: 1, sha256: '', properties: {connectionLimit}, ...more};
  const manifest = readManifest(JSON.stringify({format: 1, isFrozen, databases: [database]}));
  const [read] = manifest?.databases ?? [];
  expect(manifest !== undefined && read !== undefined ? limitWhenOpen(manifest, read) : undefined).toBe(limit);
});
