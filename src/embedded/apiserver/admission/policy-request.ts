/** A write as admission policies see it: what is asked, by whom, and the object before and after. */
import type {Fields} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {ApiCall} from '../api-call.ts';
import type {Draft} from '../api-object.ts';
import {userFields} from '../rbac/reviews.ts';
import type {ServedType} from '../resource-registry.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

export type PolicyRequest = {
  readonly operation: Operation;
  readonly served: ServedType;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
  readonly user: ApiCall['user'];
  readonly isDryRun: boolean;
  /** undefined on DELETE. */
  readonly object: Draft | KubeObject | undefined;
  /** undefined on CREATE. */
  readonly oldObject: KubeObject | undefined;
};

/** The variable `request`; as in kube-apiserver, what is empty is absent. */
export function requestFields(request: PolicyRequest): Fields {
  const {type} = request.served;
  const {group, version} = type;
  const kind = {group, version, kind: type.kind};
  const resource = {group, version, resource: type.plural};
  const {subresource, name, namespace} = request;
  return {
    uid: '',
    kind,
    resource,
    ...(subresource !== '' && {subResource: subresource, requestSubResource: subresource}),
    requestKind: kind,
    requestResource: resource,
    ...(name !== '' && {name}),
    ...(namespace !== '' && {namespace}),
    operation: request.operation,
    userInfo: userFields(request.user),
    dryRun: request.isDryRun,
    options: null,
  };
}
