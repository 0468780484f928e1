/** From a place to its screen: the kind is looked up in what the cluster serves now. */
import {type Resource, resourceName} from '../domain/resource.ts';
import {ContextsScreen} from './contexts-screen.tsx';
import type {View} from './define-view.ts';
import {LogScreen} from './log-screen.tsx';
import type {Place} from './navigation.ts';
import {ObjectScreen} from './object-screen.tsx';
import {PartsScreen} from './parts-screen.tsx';
import {PendingScreen} from './pending-screen.tsx';
import {PictureScreen} from './picture-screen.tsx';
import {PodChoiceScreen} from './pod-choice-screen.tsx';
import {openPortForwardsScreen} from './port-forwards-screen.ts';
import {isRunPlace, openRunScreen} from './run-screens.ts';
import type {Screen, ScreenContext} from './screen.ts';
import type {ContextChoice, Session} from './session.ts';
import {TableScreen} from './table-screen.ts';
import {TerminalScreen} from './terminal-screen.tsx';
import {openTerminalsScreen} from './terminals-screen.ts';

export type Kind = {readonly resource: Resource; readonly view: View<unknown> | undefined};

/** A view's name or alias first, then whatever discovery knows under that name. */
export function findKind(name: string, views: readonly View<unknown>[], session: Session): Kind | undefined {
  const wanted = name.toLowerCase();
  const named = views.find(view => view.name === wanted || view.aliases.includes(wanted));
  const picked = named && session.pick(named.resource);
  if (named !== undefined && picked !== undefined) return {resource: picked, view: named};
  // A view that cannot read any served version leaves its kind to the server's own columns.
  const resource = session.find(named === undefined ? wanted : resourceName(named.resource));
  if (resource === undefined) return undefined;
  const view = views.find(candidate => candidate.resource.group === resource.group && candidate.resource.plural === resource.plural);
  if (view === undefined) return {resource, view};
  const readable = session.pick(view.resource);
  return readable === undefined ? {resource, view: undefined} : {resource: readable, view};
}

export function openScreen(
  context: ScreenContext,
  place: Place,
  views: readonly View<unknown>[],
  contexts: () => readonly ContextChoice[],
): Screen {
  if (isRunPlace(place)) return openRunScreen(context, place, views);
  if (place.kind === 'contexts') return new ContextsScreen(context, contexts);
  if (place.kind === 'terminals') return openTerminalsScreen(context);
  if (place.kind === 'port-forwards') return openPortForwardsScreen(context);
  if (place.kind === 'terminal') {
    const occupation = context.background.get(place.id);
    return occupation?.kind === 'log' ? new LogScreen(context, place, occupation) : new TerminalScreen(context, place);
  }
  const kind = findKind(place.resource, views, context.session);
  if (kind === undefined) return new PendingScreen(context, place);
  switch (place.kind) {
    case 'table':
      return new TableScreen(context, place, kind.resource, kind.view);
    case 'object':
      return new ObjectScreen(context, place, kind.resource, kind.view);
    case 'pod-choice':
      return new PodChoiceScreen(context, place, kind.resource);
    case 'parts':
      return kind.view?.parts === undefined
        ? new ObjectScreen(context, {...place, kind: 'object', tab: 'yaml'}, kind.resource, kind.view)
        : new PartsScreen(context, place, kind.resource, kind.view.parts);
    case 'picture':
      return kind.view?.picture === undefined
        ? new ObjectScreen(context, {...place, kind: 'object', tab: 'yaml'}, kind.resource, kind.view)
        : new PictureScreen(context, place, kind.resource, kind.view, kind.view.picture);
  }
}
