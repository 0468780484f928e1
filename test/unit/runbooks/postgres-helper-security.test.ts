/** As whom the pods of a run sleep: as the member, but never as root. */
import {expect, test} from 'vitest';
import {helperIdentity} from '../../../src/runbooks/postgres-helper-security.ts';

function member(securityContext: object | undefined) {
  const metadata = {name: 'commander-postgres-0', uid: 'u', resourceVersion: '1'};
  return {metadata, spec: securityContext === undefined ? {} : {securityContext}};
}

test.each([
  ['a member that says nothing', undefined, [101, 103, 103]],
  ['a member that is root', {runAsUser: 0, runAsGroup: 0, fsGroup: 0}, [101, 103, 103]],
  ['a member with a user of its own', {runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000}, [1000, 2000, 3000]],
  ['a member with half of it', {fsGroup: 3000}, [101, 103, 3000]],
] as const)('%s', (_, context, [runAsUser, runAsGroup, fsGroup]) => {
  expect(helperIdentity(member(context))).toEqual({
    runAsNonRoot: true,
    runAsUser,
    runAsGroup,
    fsGroup,
    seccompProfile: {type: 'RuntimeDefault'},
  });
});
