/** Acting as somebody else: `as` and its kin of a user entry, or the flags, which replace them. */
import {isFields} from '../domain/fields.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Impersonation} from './connection.ts';
import type {ConnectionFlags} from './kubeconfig.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import type {KubeconfigFields} from './kubeconfig-fields.ts';

export function readImpersonation(user: KubeconfigFields, flags: ConnectionFlags): Impersonation | undefined {
  const name = flags.as ?? user.text('as');
  const uid = user.text('as-uid');
  const groups = flags.asGroups !== undefined && flags.asGroups.length > 0 ? flags.asGroups : user.texts('as-groups');
  const extra = readExtra(user);
  if (name !== undefined) return {user: name, groups, extra, ...(uid === undefined ? {} : {uid})};
  if (uid === undefined && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
  const [file, field] = groups === flags.asGroups ? ['--as-group', groups.join(', ')] : [user.file, user.at('as-groups')];
  throw new KubeconfigError(file, field, phrase('kubeconfig.impersonationWithoutUser', file, field));
}

/** Repeated headers are how the API server takes several groups or values. */
export function impersonationHeaders({user, uid, groups, extra}: Impersonation): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {'impersonate-user': user};
  if (uid !== undefined) headers['impersonate-uid'] = uid;
  if (groups.length > 0) headers['impersonate-group'] = [...groups];
  for (const [key, values] of Object.entries(extra)) headers[`impersonate-extra-${encodeURIComponent(key)}`] = [...values];
  return headers;
}

function readExtra(user: KubeconfigFields): Record<string, readonly string[]> {
  const raw = user.raw('as-user-extra');
  if (!isFields(raw)) return {};
  const fields = user.child('as-user-extra');
  return Object.fromEntries(Object.keys(raw).map(key => [key, fields?.texts(key) ?? []]));
}
