/** The name under which a source is shared: equal keys bring equal rows. */
import {resourcePath} from '../domain/resource.ts';
import type {SourceSpec} from '../domain/source.ts';

export function sourceKey(spec: SourceSpec<unknown>): string {
  const {resource, namespace, labelSelector = '', fieldSelector = '', form, projection} = spec;
  return JSON.stringify([resourcePath(resource, namespace), labelSelector, fieldSelector, form, projection.name]);
}
