/** Who speaks: users known by their bearer tokens, and the one who shows none. */
import {Buffer} from 'node:buffer';
import {timingSafeEqual} from 'node:crypto';
import type {UserInfo} from '../api-call.ts';

export type KnownUser = {readonly token: string; readonly user: UserInfo};

const authenticated = 'system:authenticated';
const unauthenticated = 'system:unauthenticated';

export const anonymous: UserInfo = {username: 'system:anonymous', uid: '', groups: [unauthenticated]};

/** Everybody belongs to one of two groups. */
export function withSystemGroups(user: UserInfo): UserInfo {
  const own = user.username === anonymous.username ? unauthenticated : authenticated;
  const isPlaced = user.groups.includes(authenticated) || user.groups.includes(unauthenticated);
  return isPlaced ? user : {...user, groups: [...user.groups, own]};
}

/** undefined for a token that nobody has; without any token `nobody` speaks. */
export function userOfHeader(header: string | undefined, known: readonly KnownUser[], nobody: UserInfo | undefined): UserInfo | undefined {
  const [scheme = '', given = ''] = (header ?? '').split(' ');
  if (scheme === '') return nobody;
  if (scheme.toLowerCase() !== 'bearer') return nobody;
  const found = known.find(({token}) => isSame(token, given));
  return found === undefined ? undefined : withSystemGroups(found.user);
}

function isSame(token: string, given: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}
