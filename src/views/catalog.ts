/** Every view that has a file of its own; kinds without one are shown with the server's columns. */

import {deckhouseReleases} from './deckhouse-releases.ts';
import type {View} from './define-view.ts';
import {events} from './events.ts';
import {instances} from './instances.ts';
import {moduleReleases} from './module-releases.ts';
import {moduleSources} from './module-sources.ts';
import {modules} from './modules.ts';
import {nodeGroups} from './node-groups.ts';
import {nodes} from './nodes.ts';
import {pods} from './pods.ts';
import {postgres} from './postgres.ts';

/** In the order in which help and completion name them; the first is the one a dashboard opens with. */
export const views: readonly View[] = [
  modules,
  moduleReleases,
  deckhouseReleases,
  moduleSources,
  nodeGroups,
  instances,
  nodes,
  pods,
  postgres,
  events,
];
