/** Events of the chosen namespace, the latest first. */
import {type EventFacts, judgeEvent, readEvent} from '../domain/event.ts';
import {defineView} from './define-view.ts';

export const events = defineView<EventFacts>({
  name: 'events',
  resource: {group: '', plural: 'events', versions: ['v1']},
  aliases: ['ev', 'event'],
  facts: readEvent,
  columns: [
    {title: 'LAST SEEN', kind: 'age', leaves: 'last', value: event => event.lastSeen},
    {title: 'TYPE', kind: 'text', leaves: 'first', value: event => event.type},
    {title: 'REASON', kind: 'text', leaves: 'early', value: event => event.reason},
    {title: 'OBJECT', kind: 'text', isKey: true, value: event => event.object},
    {title: 'SUBOBJECT', kind: 'text', priority: 1, value: event => event.subobject},
    {title: 'SOURCE', kind: 'text', priority: 1, value: event => event.source},
    {title: 'MESSAGE', kind: 'text', leaves: 'last', value: event => event.message},
    {title: 'FIRST SEEN', kind: 'age', priority: 1, value: event => event.firstSeen},
    {title: 'COUNT', kind: 'number', priority: 1, value: event => event.count},
    {title: 'NAME', kind: 'text', priority: 1, value: event => event.name},
  ],
  hasName: false,
  hasAge: false,
  verdict: (event, seen) => judgeEvent(event, seen.now),
  // The smallest age stands first.
  sort: {column: 'LAST SEEN', isDescending: false},
});
