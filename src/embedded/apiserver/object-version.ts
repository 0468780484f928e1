/** The object in the version of the endpoint it is asked at (conversion strategy None, and the two faces of events). */
import type {KubeObject} from '../../domain/kube-object.ts';
import {apiVersionOf} from '../../domain/resource.ts';
import type {Draft} from './api-object.ts';
import {toCoreEvent, toNewEvent} from './event-faces.ts';
import type {ServedType} from './resource-registry.ts';

export function toServedVersion({type, collection}: ServedType, object: KubeObject): KubeObject {
  if (collection === 'events' && type.group !== '') return toNewEvent(object);
  const apiVersion = apiVersionOf(type);
  return object.apiVersion === apiVersion ? object : {...object, apiVersion};
}

export function toStorageVersion({type, collection}: ServedType, draft: Draft): Draft {
  if (collection === 'events' && type.group !== '') return toCoreEvent(draft);
  return {...draft, apiVersion: apiVersionOf({group: type.group, version: type.storageVersion}), kind: type.kind};
}
