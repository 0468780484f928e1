/** What is said of PostgreSQL clusters: their verdicts, and the picture of members and disks. */

export const englishPostgres = {
  'verdict.postgres.off': () => 'switched off: 0 instances are wanted',
  'verdict.postgres.failed': (status: string) => `${status}: the log of the operator says why`,
  'verdict.postgres.creating': () => 'being created',
  'verdict.postgres.updating': () => 'the operator applies a change',
  'verdict.postgres.noLeader': () => 'no leader: it takes no writes',
  'verdict.postgres.leaderGone': (member: string) => `its leader ${member} is gone`,
  'verdict.postgres.handingOver': (member: string) => `${member} takes over`,
  'verdict.postgres.switching': (member: string) => (member === '' ? 'a switchover is ordered' : `a switchover to ${member} is ordered`),
  'verdict.postgres.paused': () => 'paused: nobody takes over where the leader dies',
  'verdict.postgres.recreating': (member: string) => `the operator is about to make ${member} anew`,
  'verdict.postgres.notFollowing': (member: string, state: string) => `${member} does not follow: ${state}`,
  'verdict.postgres.tooFew': (members: number, wanted: number) => `${members} of ${wanted} members are there`,
  'verdict.postgres.tooMany': (members: number, wanted: number) => `${members} members are there, ${wanted} wanted`,
  'verdict.postgres.lags': (member: string, lag: string) => `${member} is ${lag} behind`,
  'verdict.postgres.otherClass': (claim: string, is: string, wanted: string) => `${claim} is still on ${is}, ${wanted} is wanted`,
};
