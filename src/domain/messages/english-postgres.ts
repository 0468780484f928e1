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
  'verdict.postgres.standby': () => 'a standby cluster: it follows another database',
  'verdict.postgres.paused': () => 'paused: nobody takes over where the leader dies',
  'verdict.postgres.recreating': (member: string) => `the operator is about to make ${member} anew`,
  'verdict.postgres.notFollowing': (member: string, state: string) => `${member} does not follow: ${state}`,
  'verdict.postgres.tooFew': (members: number, wanted: number) => `${members} of ${wanted} members are there`,
  'verdict.postgres.tooMany': (members: number, wanted: number) => `${members} members are there, ${wanted} wanted`,
  'verdict.postgres.lags': (member: string, lag: string) => `${member} is ${lag} behind`,
  'verdict.postgres.otherClass': (classes: readonly string[], members: readonly string[]) =>
    `still on ${classes.join(', ')}: the ${members.length === 1 ? 'disk' : 'disks'} of ${members.join(', ')}`,

  'keys.neverKept': () => 'keys never backed up',
  'keys.differ': (words: readonly string[]) => `encryption keys are not those of the last backup: ${words.join(', ')}`,
  'keys.gone': () => 'its Secret lacks encryption keys that the last backup has',
  'keys.forbidden': () => 'you may not read it: whether its keys are those of the last backup is not known',

  'postgres.copies': (safe: number, disk: string, left: number) =>
    `${safe} safe ${safe === 1 ? 'copy' : 'copies'}; if the disk of ${disk} goes: ${left}`,
  'postgres.noCopy': () => 'no copy is known to be safe: the leader is not on a bound disk',
  'postgres.noLeaderFor': (age: string) => `no leader for ${age}: it takes no writes, and no copy is known to be safe`,
  'postgres.timeline': (timeline: number) => `timeline ${timeline}`,
  'postgres.lockIn': (kind: string) => `lock in ${kind}`,
  'postgres.synchronous': () => 'synchronous',
  'postgres.wantedClass': (storageClass: string) => `class ${storageClass} wanted`,
  'postgres.lagUnknown': () => 'unknown',
  'postgres.noResource': () => 'Its postgresql object is not there; what follows is what is left of it.',
  'postgres.recordUnknown': () => 'Who leads is not known: Patroni has no record in Endpoints or ConfigMaps that you may read.',
  'postgres.claimsUnknown': () => 'Which copies are safe is not known: claims may not be read.',
  'postgres.membersUnknown': () => 'Its pods may not be read.',
  'picture.run': (run: string, step: string, gate: string | undefined) =>
    `changed by the run ${run}${step === '' ? '' : `: step ${step}`}${gate === undefined ? '' : `, waits at the gate ${gate}`} (o opens it)`,
  'picture.openRun': () => 'open the run',
  'picture.stepOf': (step: number, steps: number) => `${step} of ${steps}`,
  'postgres.volumesUnknown': () => 'Volumes may not be read: what becomes of a disk whose claim goes is not known.',
};
