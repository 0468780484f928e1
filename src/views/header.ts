/** The two header lines: where we are and how fresh it is, then the crumbs and what the screen says of itself. */
import {humanDuration} from '../domain/age.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Banner, HeaderLine, Piece} from '../ui/screen-frame.tsx';
import type {Glyphs} from '../ui/theme.ts';
import type {Place, Trail} from './navigation.ts';
import type {Session} from './session.ts';
import {waitsForUs} from './waiting-runs.ts';

type Say = (sentence: Phrase) => string;

/** `running`: what goes on in the background. */
export function headerLine(session: Session, running: number, now: number, glyphs: Glyphs, say: Say): HeaderLine {
  const facts = session.facts();
  const left: Piece[] = [
    {text: ' deckhand', tone: 'accent', isBold: true, priority: 4},
    {text: '  '},
    {text: facts.context, tone: 'title', isBold: true},
  ];
  const cluster = facts.cluster === facts.context || facts.cluster === '' ? [] : [facts.cluster];
  const versions = [
    ...(facts.deckhouseVersion === undefined ? [] : [`DKP ${facts.deckhouseVersion}`]),
    ...(facts.kubernetesVersion === undefined ? [] : [`k8s ${facts.kubernetesVersion}`]),
  ];
  for (const [at, text] of [...cluster, ...versions, facts.user].entries()) {
    if (text !== '') left.push({text: ` · ${text}`, tone: 'dim', priority: 1 + at});
  }
  if (facts.isProtected) left.push({text: `  ${say(phrase('screen.protected'))}`, tone: 'broken', isBold: true});
  if (facts.readOnly !== undefined) left.push({text: `  ${say(phrase('screen.readOnly'))}`, tone: 'waiting', isBold: true});
  if (running > 0) left.push({text: `  ${say(phrase('screen.background', running))}`, tone: 'busy', priority: 2});
  return {left, right: [...runsThatWait(session, glyphs, say), ...freshness(session, now, glyphs, say), {text: ' '}]};
}

/** Runs that stand still until this user says something, with the key that lists them. */
function runsThatWait(session: Session, {verdict}: Glyphs, say: Say): readonly Piece[] {
  const desk = session.desk();
  const count = desk === undefined ? 0 : desk.runs().filter(run => waitsForUs(desk, run)).length;
  return count === 0
    ? []
    : [{text: `${verdict.waiting} ${say(phrase('screen.runsWait', count))}  `, tone: 'waiting', isBold: true, priority: 2}];
}

/** One word when every open watch is live; otherwise which are not, and for how long. */
function freshness(session: Session, now: number, glyphs: Glyphs, say: Say): readonly Piece[] {
  const reach = session.reachability();
  switch (reach.kind) {
    case 'connecting':
      return [{text: `${glyphs.verdict.busy} ${say(phrase('screen.connecting'))}`, tone: 'busy'}];
    case 'away':
      return [
        {text: `${glyphs.verdict.broken} ${say(phrase('screen.away', humanDuration(now - reach.since)))}`, tone: 'broken', isBold: true},
      ];
    case 'no-way':
      return [{text: `${glyphs.verdict.broken} ${say(phrase('screen.noWay'))}`, tone: 'broken', isBold: true}];
    case 'needs-login':
      return [{text: `${glyphs.verdict.waiting} ${say(phrase('key.login'))}`, tone: 'waiting', isBold: true}];
    case 'here':
      return openWatches(session, now, glyphs, say);
  }
}

function openWatches(session: Session, now: number, glyphs: Glyphs, say: Say): readonly Piece[] {
  const pieces: Piece[] = [];
  const sources = session.openSources();
  for (const {resource, status} of sources) {
    if (status.state === 'live') continue;
    const [glyph, tone] = status.state === 'syncing' ? [glyphs.verdict.busy, 'busy' as const] : [glyphs.verdict.broken, 'broken' as const];
    const age = status.lastByteAt === undefined ? '' : humanDuration(now - status.lastByteAt);
    const text = say(status.state === 'stale' ? phrase('screen.stale', age) : phrase(`screen.${status.state}`));
    pieces.push({text: `${glyph} ${resource.plural} ${text}  `, tone, priority: 3});
  }
  const live = sources.filter(({status}) => status.state === 'live').length;
  const isAllLive = live === sources.length;
  const word = isAllLive ? say(phrase('screen.live')) : say(phrase('screen.partlyLive', live, sources.length));
  pieces.push({text: `${isAllLive ? glyphs.verdict.ok : glyphs.verdict.waiting} ${word}`, tone: isAllLive ? 'ok' : 'waiting'});
  return pieces;
}

/** A crumb leaves with its sign, or what it leads to would be glued to it. */
export function crumbs(trail: Trail): readonly Piece[] {
  return trail.slice(0, -1).map((place): Piece => ({text: `${crumbText(place)} › `, tone: 'dim', priority: 3}));
}

function crumbText(place: Place): string {
  switch (place.kind) {
    case 'table':
      return place.filter === '' ? place.resource : `${place.resource} /${place.filter}`;
    case 'object':
    case 'parts':
    case 'picture':
    case 'pod-choice':
      return place.name;
    case 'form':
    case 'bulk':
      return place.draft.runbook;
    case 'run':
      return place.run.name;
    case 'plan':
    case 'transcript':
    case 'runbooks':
    case 'runs':
    case 'needs':
    case 'audit':
    case 'contexts':
    case 'terminals':
    case 'port-forwards':
    case 'terminal':
      return place.kind;
  }
}

export function sessionBanners(session: Session, now: number, say: Say): readonly Banner[] {
  const reach = session.reachability();
  const notices = session
    .notices()
    .slice(-2)
    .map((notice): Banner => ({text: say(notice), tone: 'waiting'}));
  switch (reach.kind) {
    case 'away': {
      const [age, reason] = [humanDuration(now - reach.since), say(reach.reason)];
      // Where nothing was ever read there is nothing from before either.
      const text = session.resources().length === 0 ? phrase('banner.neverReached', age, reason) : phrase('banner.away', age, reason);
      return [{text: say(text), tone: 'broken'}, ...notices];
    }
    case 'no-way':
      return [{text: say(phrase('banner.noWay', say(reach.reason))), tone: 'broken'}, ...notices];
    case 'needs-login':
      return [{text: say(phrase('banner.needsLogin', say(reach.reason))), tone: 'waiting'}, ...notices];
    case 'connecting':
    case 'here':
      return notices;
  }
}
