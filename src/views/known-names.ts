/** Everything that `:` may name here: views first, then whatever discovery knows, namespaces, contexts. */
import type {KnownKind, KnownNames} from '../domain/query/command.ts';
import {resourceName} from '../domain/resource.ts';
import type {View} from './define-view.ts';
import type {ContextChoice, Session} from './session.ts';

export function knownNames(views: readonly View<unknown>[], session: Session, contexts: readonly ContextChoice[]): KnownNames {
  return {
    kinds: [
      ...views.map(view => viewNames(view, session)),
      ...session
        .resources()
        .filter(resource => isListed(resource.verbs))
        .map(resourceNames),
    ],
    namespaces: session.namespaces(),
    contexts: contexts.map(choice => choice.name),
  };
}

function viewNames(view: View<unknown>, session: Session): KnownKind {
  const resource = session.pick(view.resource);
  const more = resource === undefined ? [] : resourceNames(resource).names;
  return {resource: view.name, names: [view.name, ...view.aliases, ...more]};
}

function resourceNames(resource: ReturnType<Session['resources']>[number]): KnownKind {
  const name = resourceName(resource);
  return {
    resource: name,
    names: [resource.plural, resource.singular, ...resource.shortNames, resource.kind.toLowerCase(), name].filter(each => each !== ''),
  };
}

function isListed(verbs: readonly string[]): boolean {
  return verbs.includes('list');
}
