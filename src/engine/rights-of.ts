/** The rights that one run takes, as the API server is asked for them: the runbook's permissions on what this run is about. */
import type {ObjectRef} from '../domain/object-ref.ts';
import type {Permission, Runbook} from './define-runbook.ts';
import type {Plan} from './plan-run.ts';

export type Right = {
  readonly verb: string;
  /** With the target's own kind in place of '*'. */
  readonly permission: Permission;
  /** As access reviews name them. */
  readonly attributes: Readonly<Record<string, string>>;
};

export function rightsOf({permissions}: Pick<Runbook, 'permissions'>, plan: Pick<Plan, 'target' | 'parameters'>): readonly Right[] {
  return permissions.flatMap(permission => {
    const {parameter, prefix} = permission;
    if (permission.isOfTargetKind === true && !isKindOf(permission, plan)) return [];
    const given = parameter === undefined ? undefined : plan.parameters[parameter];
    if (parameter !== undefined && given === undefined) return [];
    const secret = typeof given === 'string' && prefix === undefined ? secretAt(given) : undefined;
    const place = prefix === undefined ? undefined : namespaceBehind(prefix, given);
    if (prefix !== undefined && place === undefined) return [];
    // Typed at the dashboard: nothing is read from the cluster.
    if (typeof given === 'string' && given.startsWith('masked:')) return [];
    const concrete = ofTarget(permission, plan);
    return permission.verbs.map(verb => ({
      verb,
      permission: concrete,
      attributes: {...attributesOf(verb, concrete, plan), ...secret, ...place},
    }));
  });
}

function isKindOf({group, resource}: Permission, {target}: Pick<Plan, 'target'>): boolean {
  return target.ref.kind.group === group && target.ref.kind.plural === resource;
}

function ofTarget(permission: Permission, {target}: Pick<Plan, 'target'>): Permission {
  if (permission.group !== '*') return permission;
  const {group, plural} = target.ref.kind;
  return {...permission, group, resource: plural};
}

function attributesOf(verb: string, permission: Permission, {target: {ref}}: Pick<Plan, 'target'>) {
  const {group, resource, scope} = permission;
  const [plural = '', subresource] = resource.split('/');
  const namespace = namespaceOf(permission, ref);
  const isTarget = scope === 'target' && plural === ref.kind.plural && verb !== 'create' && verb !== 'list';
  return {
    verb,
    group,
    resource: plural,
    ...(subresource === undefined ? {} : {subresource}),
    ...(namespace === undefined ? {} : {namespace}),
    ...(isTarget ? {name: ref.name} : {}),
  };
}

/** Where the right is needed; undefined for all namespaces. */
export function namespaceOf({scope, leaving}: Permission, ref: ObjectRef): string | undefined {
  const namespace = scope === 'target' ? ref.namespace : scope?.namespace;
  return namespace === leaving ? undefined : namespace;
}

/** `pvc:namespace/name`: the right in that namespace is enough. */
function namespaceBehind(prefix: string, given: unknown): Readonly<Record<string, string>> | undefined {
  const namespace = typeof given === 'string' && given.startsWith(`${prefix}:`) ? given.slice(prefix.length + 1).split('/')[0] : undefined;
  return namespace === undefined || namespace === '' ? undefined : {namespace};
}

/** `namespace/name/key`: the right to this one Secret is enough. */
function secretAt(parameter: string): Readonly<Record<string, string>> | undefined {
  const match = /^([^/:]+)\/([^/]+)\/[^/]+$/.exec(parameter);
  return match === null ? undefined : {namespace: match[1] ?? '', name: match[2] ?? ''};
}
