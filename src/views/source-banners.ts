/** What stands above a table whose source is not live: why, and how old the rows are. */
import {humanDuration} from '../domain/age.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {type Resource, resourceName} from '../domain/resource.ts';
import type {SourceStatus} from '../domain/source.ts';
import type {Banner} from '../ui/screen-frame.tsx';
import type {ScreenContext} from './screen.ts';

export function sourceBanners(resource: Resource, status: SourceStatus, context: Pick<ScreenContext, 'say' | 'clock'>): readonly Banner[] {
  const {say, clock} = context;
  const reason = status.reason === undefined ? '' : say(status.reason);
  switch (status.state) {
    case 'live':
      return [];
    case 'syncing':
      return status.reason === undefined ? [] : [{text: say(phrase('banner.syncing', resourceName(resource), reason)), tone: 'waiting'}];
    case 'stale': {
      const age = status.lastByteAt === undefined ? undefined : humanDuration(clock.now() - status.lastByteAt);
      return [{text: age === undefined ? say(phrase('banner.noData', reason)) : say(phrase('banner.stale', age, reason)), tone: 'broken'}];
    }
    case 'forbidden':
      return [{text: say(phrase('banner.forbidden', resourceName(resource), reason)), tone: 'broken'}];
    case 'absent':
      return [{text: say(phrase('banner.absent', resourceName(resource))), tone: 'waiting'}];
  }
}
