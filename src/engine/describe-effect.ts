/** An effect in the words of records and people: what it would put back, its kubectl command, and what its digest is made of. */
import {canonicalJson} from '../domain/canonical-json.ts';
import {type Fields, isFields} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {CommandPlace, Effect, ExecEffect, FilePlace, KubeWrite} from '../domain/kube-write.ts';
import {inversePatch} from '../domain/merge-patch.ts';
import {describeRef, type ObjectRef, objectFor, typeOf} from '../domain/object-ref.ts';
import {maskObject} from '../domain/page/mask.ts';
import {resourceName} from '../domain/resource.ts';
import {hidePlaces} from './known-secrets.ts';

/** The JSON that goes into the log: the write without secrets, and how to take it back. */
export type RecordedEffect = {
  readonly kind: Effect['kind'];
  readonly what: string;
  readonly command: string;
  readonly ref?: ObjectRef;
  readonly uid?: string;
  readonly subresource?: string;
  /** What was set, masked. */
  readonly patch?: Fields;
  /** A merge patch that puts back what stood there; absent where it cannot be taken back. */
  readonly inverse?: Fields;
  /** The object as it was, without status and server fields: what a deletion takes. */
  readonly before?: Fields;
  /** As the effect says. */
  readonly isAside?: true;
};

export function recordEffect(effect: Effect, before: KubeObject | undefined): RecordedEffect {
  const aside = 'isAside' in effect && effect.isAside === true ? {isAside: true as const} : {};
  const common = {kind: effect.kind, what: describeEffect(effect), command: commandOf(effect), ...aside};
  switch (effect.kind) {
    case 'exec':
    case 'save':
      return common;
    case 'patch': {
      const place = {ref: effect.ref, uid: effect.uid, ...(effect.subresource === undefined ? {} : {subresource: effect.subresource})};
      return {...common, ...place, patch: masked(effect.ref, effect.patch), inverse: inverseOf(effect.ref, before, effect.patch)};
    }
    case 'replace':
      return {...common, ref: effect.ref, uid: effect.uid, before: masked(effect.ref, withoutPlaces(bare(before), effect.object))};
    case 'create':
      return {...common, ref: effect.ref, patch: masked(effect.ref, effect.object)};
    case 'delete':
    case 'evict':
      return {...common, ref: effect.ref, uid: effect.uid, before: masked(effect.ref, bare(before))};
  }
}

/** A secret is never kept, so what stood in its place cannot be put back from the record. */
function inverseOf(ref: ObjectRef, before: KubeObject | undefined, patch: Fields): Fields {
  return ref.kind.kind === 'Secret' ? {} : masked(ref, withoutPlaces(inversePatch(before, patch), patch));
}

function withoutPlaces(fields: Fields, written: Fields): Fields {
  const hidden = hidePlaces(fields, written);
  return isFields(hidden) ? hidden : {};
}

function masked(ref: ObjectRef, fields: Fields): Fields {
  const {kind: _, apiVersion: __, ...rest} = maskObject({...typeOf(ref), ...fields});
  return rest;
}

function bare(object: KubeObject | undefined): Fields {
  if (object === undefined) return {};
  const {status: _, metadata, ...rest} = object;
  const {managedFields: __, ...meta} = {managedFields: undefined, ...metadata};
  return {...rest, metadata: meta};
}

export function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'exec':
      return describeCommand(effect);
    case 'save':
      return `write the file ${effect.path}`;
    case 'patch':
      return `patch ${describeRef(effect.ref)}${effect.subresource === undefined ? '' : ` (${effect.subresource})`}`;
    case 'replace':
    case 'create':
    case 'delete':
    case 'evict':
      return `${effect.kind} ${describeRef(effect.ref)}`;
  }
}

function describeCommand({command, namespace, pod, container, input, output}: ExecEffect): string {
  const from = input === undefined ? '' : `, reading ${describePlace(input)}`;
  const to = output === undefined ? '' : `, writing to ${describePlace(output)}`;
  return `run ${command.join(' ')} in ${namespace}/${pod} (${container})${from}${to}`;
}

function describePlace(place: FilePlace | CommandPlace): string {
  return place.kind === 'file' ? place.path : `${place.command.join(' ')} in ${place.namespace}/${place.pod}`;
}

/** The same for a shell; secrets stand as `…`. */
export function commandOf(effect: Effect): string {
  if (effect.kind === 'save') return `install -m 600 /dev/stdin ${quote(effect.path)}`;
  if (effect.kind === 'exec') return execCommand(effect);
  const {ref} = effect;
  const namespace = ref.namespace === undefined ? '' : ` -n ${ref.namespace}`;
  const object = `${resourceName(ref.kind)} ${quote(ref.name)}${namespace}`;
  switch (effect.kind) {
    case 'patch':
      return patchCommand(object, ref, effect.patch, effect.subresource);
    case 'replace':
      return `kubectl replace -f - <<< ${quote(JSON.stringify(maskObject(objectFor(ref, effect.object))))}`;
    case 'create':
      return `kubectl create -f - <<< ${quote(JSON.stringify(maskObject(objectFor(ref, effect.object))))}`;
    case 'delete':
      return `kubectl delete ${object}${effect.propagation === 'Background' ? '' : ` --cascade=${effect.propagation.toLowerCase()}`}${lingering.has(ref.kind.kind) ? ' --wait=false' : ''}`;
    case 'evict':
      return `kubectl create --raw /api/v1/namespaces/${ref.namespace ?? ''}/pods/${ref.name}/eviction -f - <<< ${quote(JSON.stringify({apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name: ref.name, namespace: ref.namespace}}))}`;
  }
}

/** They go only once nobody uses them any more, which a later step sees to: kubectl would wait for it. */
const lingering: ReadonlySet<string> = new Set(['PersistentVolumeClaim', 'PersistentVolume']);

function execCommand(effect: ExecEffect): string {
  const {stdin, input, output} = effect;
  const run = (place: Omit<CommandPlace, 'kind'>, isFed: boolean): string => {
    const {namespace, pod, container, command} = place;
    return `kubectl exec${isFed ? ' -i' : ''} -n ${namespace} ${pod} -c ${container} -- ${command.map(quote).join(' ')}`;
  };
  const own = run(effect, stdin !== undefined || input !== undefined) + (input === undefined ? '' : ` < ${quote(input.path)}`);
  if (output === undefined) return own;
  return output.kind === 'file' ? `${own} > ${quote(output.path)}` : `${own} | ${run(output, true)}`;
}

function patchCommand(object: string, ref: ObjectRef, patch: Fields, subresource: string | undefined): string {
  const annotations = onlyAnnotations(patch);
  if (annotations !== undefined) {
    const changes = Object.entries(annotations).map(([name, value]) => (value === null ? `${name}-` : `${name}=${quote(String(value))}`));
    return `kubectl annotate ${object} --overwrite ${changes.join(' ')}`;
  }
  const part = subresource === undefined ? '' : ` --subresource=${subresource}`;
  return `kubectl patch ${object}${part} --type=merge -p ${quote(JSON.stringify(masked(ref, patch)))}`;
}

function onlyAnnotations({metadata, ...rest}: Fields): Fields | undefined {
  if (Object.keys(rest).length > 0 || !isFields(metadata)) return undefined;
  const {annotations, ...others} = metadata;
  return Object.keys(others).length === 0 && isFields(annotations) ? annotations : undefined;
}

function quote(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What is about to be sent, for the intent's digest: without versions, which change with every retry. */
export function effectText(effects: readonly Effect[]): string {
  return canonicalJson(effects.map(effect => ('resourceVersion' in effect ? {...effect, resourceVersion: ''} : effect)));
}

export function isKubeWrite(effect: Effect): effect is KubeWrite {
  return effect.kind !== 'exec' && effect.kind !== 'save';
}
