/** From a place of runs to its screen. */
import {AuditScreen} from './audit-screen.ts';
import {BulkScreen} from './bulk-screen.tsx';
import type {View} from './define-view.ts';
import {FormScreen} from './form-screen.tsx';
import type {AnyRunPlace, Place} from './navigation.ts';
import {NeedsScreen} from './needs-screen.ts';
import {PlanScreen} from './plan-screen.tsx';
import {RunScreen} from './run-screen.tsx';
import {RunbooksScreen} from './runbooks-screen.ts';
import {RunsScreen} from './runs-screen.ts';
import type {Screen, ScreenContext} from './screen.ts';
import {TranscriptScreen} from './transcript-screen.tsx';

const kinds: ReadonlySet<Place['kind']> = new Set<AnyRunPlace['kind']>([
  'form',
  'bulk',
  'plan',
  'run',
  'transcript',
  'runbooks',
  'runs',
  'needs',
  'audit',
]);

export function isRunPlace(place: Place): place is AnyRunPlace {
  return kinds.has(place.kind);
}

export function openRunScreen(context: ScreenContext, place: AnyRunPlace, views: readonly View<unknown>[]): Screen {
  switch (place.kind) {
    case 'form':
      return new FormScreen(context, place);
    case 'plan':
      return new PlanScreen(context, place);
    case 'bulk':
      return new BulkScreen(context, place);
    case 'run':
      return new RunScreen(context, place, views);
    case 'transcript':
      return new TranscriptScreen(context, place);
    case 'runbooks':
      return new RunbooksScreen(context, place);
    case 'runs':
      return new RunsScreen(context, place);
    case 'needs':
      return new NeedsScreen(context, place, views);
    case 'audit':
      return new AuditScreen(context, place);
  }
}
