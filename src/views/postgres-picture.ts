/** The picture of a PostgreSQL cluster: members with their roles, timelines and lags, their disks, and which copies are safe now. */
import {humanDuration} from '../domain/age.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {isCommanderDatabase} from '../domain/postgres/commander.ts';
import {judgeDatabase} from '../domain/postgres/database-verdict.ts';
import {keysSecret} from '../domain/postgres/key-fingerprints.ts';
import {ReplicationWatch} from '../domain/postgres/replication-watch.ts';
import type {MemberStanding} from '../domain/postgres/standing.ts';
import type {WatchedDatabase} from '../domain/postgres/watched-database.ts';
import type {Disk} from '../domain/postgres/watched-disk.ts';
import type {MemberFacts} from '../domain/postgres/watched-member.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Tone} from '../ui/theme.ts';
import {keysBackup, keysSource, keysWarningIn} from './commander-keys.ts';
import type {Seen} from './define-view.ts';
import type {Picture} from './picture.ts';
import {type PictureRow, pictureTable} from './picture-table.ts';
import {empty, type LineMaker, paragraph} from './plan-lines.ts';
import type {PodChosen} from './pod-bindings.ts';
import {sourcesOfOne, watchedIn} from './postgres-sources.ts';
import {verdictText} from './verdict-text.ts';

/** Enough of a uid to tell a new disk from the one before. */
const uidLength = 8;

const memberColumns = [
  {title: 'MEMBER'},
  {title: 'ROLE'},
  {title: 'STATE'},
  {title: 'TL'},
  {title: 'LAG'},
  {title: 'NODE', leaves: 2},
  {title: 'RESTARTS', leaves: 3},
  {title: 'AGE', leaves: 1},
];

const diskColumns = [
  {title: 'DISK OF'},
  {title: 'CLASS'},
  {title: 'SIZE', leaves: 1},
  {title: 'RECLAIM'},
  {title: 'STATE'},
  {title: 'VOLUME'},
  {title: 'CLAIM UID', leaves: 2},
];

export const postgresPicture: Picture = {
  name: 'postgres-picture',
  sources: target => [...sourcesOfOne(target), ...(isCommanderDatabase(target) ? [keysSource] : [])],
  runs: target => (isCommanderDatabase(target) ? [keysBackup] : []),
  start: target => {
    const watch = new ReplicationWatch();
    return {
      take(seen) {
        const {standings, record, leader, members = []} = watchedIn(seen, target);
        watch.take(standings, record);
        if (record !== undefined) watch.leaderlessMs(leader, seen.now);
        return members.map(({namespace, name}) => ({namespace, name}));
      },
      draw: (seen, maker, atHand) => drawn(watchedIn(seen, target), watch, seen, maker, atHand),
    };
  },
};

function drawn(
  database: WatchedDatabase,
  watch: ReplicationWatch,
  seen: Seen,
  maker: LineMaker,
  atHand: PodChosen | undefined,
): readonly PaneLine[] {
  const {say} = maker;
  const {facts, members, disks, areVolumesKnown} = database;
  const diskRows = disks.map(disk => diskRow(disk, facts?.storageClass));
  return [
    ...headLines(database, seen, maker),
    ...copiesLines(database, watch, seen.asOf ?? seen.now, maker),
    ...keysWarningLines(seen, maker),
    empty,
    ...(members === undefined
      ? paragraph(maker, say(phrase('postgres.membersUnknown')), 1, 'unknown')
      : pictureTable(memberColumns, memberRows(database, watch, seen, maker, atHand), maker)),
    empty,
    ...pictureTable(diskColumns, diskRows, maker),
    ...(areVolumesKnown ? [] : paragraph(maker, say(phrase('postgres.volumesUnknown')), 1, 'unknown')),
  ];
}

function headLines(database: WatchedDatabase, seen: Seen, maker: LineMaker): readonly PaneLine[] {
  const {theme, say} = maker;
  const {facts, record, members, leader, standings} = database;
  if (facts === undefined) return paragraph(maker, say(phrase('postgres.noResource')), 1, 'waiting');
  const verdict = judgeDatabase(facts, {...database, now: seen.asOf ?? seen.now});
  const patroni = members?.find(({name}) => name === leader)?.patroni;
  const timeline = standings.find(({name}) => name === leader)?.timeline;
  const words = [
    ...(facts.version === undefined ? [] : [`PostgreSQL ${facts.version}`]),
    ...(patroni === undefined ? [] : [`Patroni ${patroni.version}`]),
    ...(timeline === undefined ? [] : [say(phrase('postgres.timeline', timeline))]),
    ...(record === undefined ? [] : [say(phrase('postgres.lockIn', record.store))]),
    ...(record?.isSynchronous === true ? [say(phrase('postgres.synchronous'))] : []),
    ...(facts.storageClass === undefined || isOnClass(database) ? [] : [say(phrase('postgres.wantedClass', facts.storageClass))]),
  ];
  return [
    ...paragraph(maker, verdictText(verdict, seen.now, theme.glyphs, say), 1, verdict.word),
    ...paragraph(maker, words.join(' · '), 1, 'dim'),
  ];
}

function isOnClass({facts, claims = []}: WatchedDatabase): boolean {
  return claims.every(({storageClass}) => storageClass === facts?.storageClass);
}

function copiesLines(database: WatchedDatabase, watch: ReplicationWatch, now: number, maker: LineMaker): readonly PaneLine[] {
  const {say} = maker;
  const {standings, record, leader, claims, disks} = database;
  if (record === undefined) return paragraph(maker, say(phrase('postgres.recordUnknown')), 1, 'unknown');
  const leaderlessMs = watch.leaderlessMs(leader, now);
  if (leaderlessMs !== undefined) return paragraph(maker, say(phrase('postgres.noLeaderFor', humanDuration(leaderlessMs))), 1, 'broken');
  if (claims === undefined) return paragraph(maker, say(phrase('postgres.claimsUnknown')), 1, 'unknown');
  const {safe, dearest} = watch.copies(standings, leader, disks, now);
  if (dearest === undefined) return paragraph(maker, say(phrase('postgres.noCopy')), 1, 'broken');
  const sentence = phrase('postgres.copies', safe.length, dearest, safe.length - 1);
  return paragraph(maker, say(sentence), 1, safe.length > 1 ? 'ok' : 'waiting');
}

function keysWarningLines(seen: Seen, maker: LineMaker): readonly PaneLine[] {
  const warning = keysWarningIn(seen);
  if (warning === undefined) return [];
  const {theme, say} = maker;
  return paragraph(maker, `${theme.glyphs.verdict[warning.word]} ${keysSecret}: ${say(warning.reason)}`, 1, warning.word);
}

function memberRows(
  {members = [], standings}: WatchedDatabase,
  watch: ReplicationWatch,
  seen: Seen,
  maker: LineMaker,
  atHand: PodChosen | undefined,
): readonly PictureRow[] {
  return members.flatMap((member, at): readonly PictureRow[] => {
    const standing = standings[at];
    return standing === undefined
      ? []
      : [{cells: memberCells(member, standing, watch, seen, maker), isChosen: member.name === atHand?.name}];
  });
}

function memberCells(
  {name, node, pod}: MemberFacts,
  standing: MemberStanding,
  watch: ReplicationWatch,
  seen: Seen,
  {say}: LineMaker,
): PictureRow['cells'] {
  const {role, state, timeline, lagBytes, position, isFollowing} = standing;
  const isLeader = role === 'leader';
  const lag =
    position === undefined || lagBytes === undefined
      ? say(phrase('postgres.lagUnknown'))
      : `${formatBytes(lagBytes)} · ${humanDuration(watch.behindMs(position, seen.now))}`;
  return [
    {text: name, tone: isLeader ? 'title' : 'plain'},
    {text: role, tone: isLeader ? 'accent' : 'plain'},
    {text: state, tone: isFollowing || (isLeader && (state === 'running' || state === 'streaming')) ? 'ok' : 'busy'},
    {text: timeline === undefined ? '' : String(timeline)},
    {text: isLeader ? '' : lag, tone: lagBytes === 0 ? 'plain' : 'waiting'},
    {text: node ?? '', tone: 'dim'},
    {text: String(pod.restarts), tone: pod.restarts === 0 ? 'dim' : 'plain'},
    {text: pod.createdAt === undefined ? '' : humanDuration(seen.now - pod.createdAt), tone: 'dim'},
  ];
}

function diskRow({member, claim, volume}: Disk, wantedClass: string | undefined): PictureRow {
  const storageClass = claim?.storageClass ?? volume?.storageClass;
  const isOther = claim !== undefined && wantedClass !== undefined && storageClass !== wantedClass;
  const [state, tone] = diskState({member, claim, volume});
  return {
    cells: [
      {text: member, tone: claim === undefined ? 'dim' : 'plain'},
      {text: storageClass ?? '', tone: claim === undefined ? 'dim' : isOther ? 'waiting' : 'plain'},
      {text: claim?.size ?? volume?.size ?? ''},
      {text: volume?.reclaimPolicy ?? '', tone: volume?.reclaimPolicy === 'Retain' ? 'accent' : 'plain'},
      {text: state, tone},
      {text: volume?.name ?? claim?.volume ?? '', tone: 'dim'},
      {text: claim?.uid.slice(0, uidLength) ?? '', tone: 'dim'},
    ],
  };
}

/** In the words of Kubernetes. */
function diskState({claim, volume}: Disk): readonly [string, Tone] {
  if (claim === undefined) return [volume?.phase ?? '', 'dim'];
  if (claim.deletion !== undefined) return ['Terminating', 'broken'];
  return [claim.phase ?? '', claim.phase === 'Bound' ? 'ok' : 'busy'];
}
