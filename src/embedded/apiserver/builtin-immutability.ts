/** What an update may not change in built-in kinds, in kube-apiserver's words (without the diffs it adds for some). */
import {isDeepStrictEqual} from 'node:util';
import {type Fields, isFields} from '../../domain/fields.ts';
import type {StatusCause} from '../../domain/status-error.ts';
import {forbidden, invalid} from './schema/field-error.ts';

export function immutableFaults(collection: string, next: Fields, current: Fields): readonly StatusCause[] {
  return rules[collection]?.(next, current) ?? [];
}

type Rule = (next: Fields, current: Fields) => readonly StatusCause[];

const podSentence =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
  '`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was ' +
  'previously negative)';
const claimSentence = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
const statefulSetSentence =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', " +
  "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const statefulSetFields = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const rules: Readonly<Record<string, Rule>> = {
  pods: specRule(podSentence, fixedPodSpec),
  persistentvolumeclaims: specRule(claimSentence, fixedClaimSpec),
  'statefulsets.apps': specRule(statefulSetSentence, spec => without(spec, statefulSetFields)),
  'deployments.apps': fixedSelector,
  'daemonsets.apps': fixedSelector,
  'replicasets.apps': fixedSelector,
  'jobs.batch': (next, current) => fixed('spec.template', specOf(next).template, specOf(current).template),
  configmaps: sealedRule(['data', 'binaryData']),
  secrets: (next, current) => [...fixed('type', next.type, current.type), ...sealedRule(['data'])(next, current)],
};

function specRule(sentence: string, fixedPart: (spec: Fields) => unknown): Rule {
  return (next, current) => {
    const isSame = isDeepStrictEqual(fixedPart(specOf(next)), fixedPart(specOf(current)));
    return isSame ? [] : [forbidden('spec', sentence)];
  };
}

function fixedSelector(next: Fields, current: Fields): readonly StatusCause[] {
  return fixed('spec.selector', specOf(next).selector, specOf(current).selector);
}

function fixed(field: string, next: unknown, current: unknown): readonly StatusCause[] {
  return isDeepStrictEqual(next, current) ? [] : [invalid(field, next, 'field is immutable')];
}

/** `immutable: true` cannot be taken back, and seals the fields. */
function sealedRule(fields: readonly string[]): Rule {
  return (next, current) => {
    if (current.immutable !== true) return [];
    const sealed = 'field is immutable when `immutable` is set';
    const loosened = next.immutable === true ? [] : [forbidden('immutable', sealed)];
    const changed = fields.filter(field => !isDeepStrictEqual(next[field], current[field]));
    return [...loosened, ...changed.map(field => forbidden(field, sealed))];
  };
}

function fixedPodSpec(spec: Fields): Fields {
  const rest = without(spec, ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds']);
  return {...rest, containers: withoutImages(spec.containers), initContainers: withoutImages(spec.initContainers)};
}

function withoutImages(containers: unknown): unknown {
  return Array.isArray(containers)
    ? containers.map(container => (isFields(container) ? without(container, ['image']) : container))
    : undefined;
}

/** A claim that is not bound yet gets its volume; a bound one may ask for more room. */
function fixedClaimSpec(spec: Fields): Fields {
  const resources = isFields(spec.resources) ? without(spec.resources, ['requests']) : {};
  return {...without(spec, ['volumeName', 'volumeAttributesClassName']), resources};
}

function specOf(object: Fields): Fields {
  return isFields(object.spec) ? object.spec : {};
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
