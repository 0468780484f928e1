/** Where a dump or the keys are kept: `file:DIR`, `pvc:NAMESPACE/NAME`, `secret:NAMESPACE/NAME`. */

export type FolderPlace = {readonly kind: 'file'; readonly folder: string};
export type ClaimPlace = {readonly kind: 'pvc'; readonly namespace: string; readonly name: string};
export type SecretTarget = {readonly kind: 'secret'; readonly namespace: string; readonly name: string};

const label = '[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?';

export const backupPlacePattern = new RegExp(`^(?:file:/.*|pvc:${label}/${label})$`);
export const keysPlacePattern = new RegExp(`^(?:file:/.*|secret:${label}/${label})$`);
/** A backup that was made: the folder itself, or the claim and the folder in it. */
export const madeBackupPattern = new RegExp(`^(?:file:/.*|pvc:${label}/${label}/[A-Za-z0-9._-]+)$`);

/** The text has matched `backupPlacePattern`. */
export function readBackupPlace(text: string): FolderPlace | ClaimPlace {
  return readFolder(text) ?? {kind: 'pvc', ...nameBehind(text)};
}

/** The text has matched `keysPlacePattern`. */
export function readKeysPlace(text: string): FolderPlace | SecretTarget {
  return readFolder(text) ?? {kind: 'secret', ...nameBehind(text)};
}

/** The text has matched `madeBackupPattern`. `folder` is that of the one backup. */
export function readMadeBackup(text: string): {readonly place: FolderPlace | ClaimPlace; readonly folder: string} {
  const found = readFolder(text);
  if (found !== undefined) {
    const cut = found.folder.lastIndexOf('/');
    return {place: {kind: 'file', folder: found.folder.slice(0, cut) || '/'}, folder: found.folder.slice(cut + 1)};
  }
  return {place: {kind: 'pvc', ...nameBehind(text)}, folder: text.split('/')[2] ?? ''};
}

function readFolder(text: string): FolderPlace | undefined {
  if (!text.startsWith('file:')) return undefined;
  const folder = text.slice('file:'.length).replace(/\/+$/, '');
  return {kind: 'file', folder: folder === '' ? '/' : folder};
}

function nameBehind(text: string): {readonly namespace: string; readonly name: string} {
  const [namespace = '', name = ''] = text.slice(text.indexOf(':') + 1).split('/');
  return {namespace, name};
}
