/** A key on an object that leads to the page of another one which belongs to it. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Binding} from '../ui/keymap.ts';
import type {ViewResource} from './define-view.ts';
import type {PicturePlace} from './navigation.ts';
import type {ScreenContext} from './screen.ts';

export type Lead<Facts = unknown> = {
  readonly id: string;
  readonly keys: readonly string[];
  /** One or two words: it stands in the footer. */
  readonly title: Phrase;
  /** The key is not there where the cluster does not serve it. */
  readonly resource: ViewResource;
  /** undefined where nothing of the kind belongs to the object. */
  to(facts: Facts): PicturePlace | undefined;
};

/** `facts`: undefined where there is no object, or it cannot be read. */
export function leadBindings(
  {session, say, goInto}: ScreenContext,
  leads: readonly Lead[] | undefined,
  facts: unknown,
): readonly Binding[] {
  if (facts === undefined) return [];
  return (leads ?? []).flatMap(({id, keys, title, resource, to}) => {
    const place = to(facts);
    return place === undefined || session.pick(resource) === undefined
      ? []
      : [{id: `lead.${id}`, keys, title: say(title), group: say(phrase('group.page')), isInFooter: true, run: () => goInto(place)}];
  });
}
