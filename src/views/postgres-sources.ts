/** What is watched of PostgreSQL clusters beside their own objects: by the list for all of them, by the picture for one. */
import {readDatabase} from '../domain/postgres/database.ts';
import {readPatroniObject} from '../domain/postgres/patroni-record.ts';
import {type DatabaseRows, type WatchedDatabase, watchedDatabase} from '../domain/postgres/watched-database.ts';
import {readClaim, readVolume} from '../domain/postgres/watched-disk.ts';
import {readMember} from '../domain/postgres/watched-member.ts';
import type {Related, Seen, ViewResource} from './define-view.ts';
import type {PictureTarget} from './picture.ts';

export const postgresResource: ViewResource = {group: 'acid.zalan.do', plural: 'postgresqls', versions: ['v1']};

/** What the operator, and Patroni after it, label with: pods, claims and Patroni's own records. */
const application = 'application=spilo';

export function sourcesOfAll(): readonly Related[] {
  return [
    ...sourcesOf(application),
    {name: 'claims', resource: core('persistentvolumeclaims'), labelSelector: application, facts: readClaim},
  ];
}

/** A claim that a person has made to bind a kept volume may lack the labels: it is known by its name. */
export function sourcesOfOne({namespace, name}: PictureTarget): readonly Related[] {
  return [
    {name: 'resources', resource: postgresResource, namespace, fieldSelector: `metadata.name=${name}`, facts: readDatabase},
    ...sourcesOf(`${application},cluster-name=${name}`).map(related => ({...related, namespace})),
    {name: 'claims', resource: core('persistentvolumeclaims'), namespace, facts: readClaim},
    {name: 'volumes', resource: core('persistentvolumes'), facts: readVolume},
  ];
}

export function watchedIn(seen: Seen, cluster: PictureTarget): WatchedDatabase {
  const rows: DatabaseRows = {
    resources: seen.related('resources'),
    members: seen.related('members'),
    endpoints: seen.related('endpoints'),
    configMaps: seen.related('configmaps'),
    claims: seen.related('claims'),
    volumes: seen.related('volumes'),
  };
  return watchedDatabase(cluster, rows, seen.asOf ?? seen.now);
}

function sourcesOf(labelSelector: string): readonly Related[] {
  return [
    {name: 'members', resource: core('pods'), labelSelector, facts: readMember},
    {
      name: 'endpoints',
      resource: core('endpoints'),
      labelSelector,
      facts: (object, seenAt) => readPatroniObject(object, seenAt, 'Endpoints'),
    },
    {
      name: 'configmaps',
      resource: core('configmaps'),
      labelSelector,
      facts: (object, seenAt) => readPatroniObject(object, seenAt, 'ConfigMaps'),
    },
  ];
}

function core(plural: string): ViewResource {
  return {group: '', plural, versions: ['v1']};
}
