/** ControllerRevisions: the templates that a StatefulSet or DaemonSet has had. */
import {canonicalJson} from '../../../../domain/canonical-json.ts';
import {readFields, readNumber} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {readRevision} from '../../../../domain/pod-revision.ts';
import {digits} from '../../seeding.ts';
import {type Draft, refOfObject} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';
import {ownerReference} from './pods.ts';

export const revisionLabel = 'controller-revision-hash';

/** The name of the revision that holds the template as it is; the newest one always does. */
export async function keepRevision(stage: ReactionStage, owner: KubeObject): Promise<string> {
  const template = readFields(owner, 'spec.template');
  const all = await stage.client.list('apps/v1', 'ControllerRevision', owner.metadata.namespace);
  const own = all.filter(({metadata}) => metadata.ownerReferences?.some(({uid}) => uid === owner.metadata.uid));
  const newest = Math.max(0, ...own.map(each => readNumber(each, 'revision') ?? 0));
  const found = own.find(each => canonicalJson(readRevision(each).template) === canonicalJson(template));
  if (found === undefined) {
    const draft = revisionDraft(owner, newest + 1);
    await stage.client.create(draft);
    return draft.metadata.name;
  }
  if (readNumber(found, 'revision') !== newest) await stage.client.patch(refOfObject(found), {revision: newest + 1});
  return found.metadata.name;
}

/** Of pods that carry no revision. */
export async function firstRevision({client}: ReactionStage, {metadata}: KubeObject): Promise<string | undefined> {
  const all = await client.list('apps/v1', 'ControllerRevision', metadata.namespace);
  const isFirst = (each: KubeObject) => each.revision === 1 && each.metadata.ownerReferences?.some(({uid}) => uid === metadata.uid);
  return all.find(isFirst)?.metadata.name;
}

export function revisionDraft(owner: KubeObject, revision: number): Draft {
  const {name, namespace = ''} = owner.metadata;
  const template = readFields(owner, 'spec.template');
  const hash = digits(canonicalJson(template), 10);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {name: `${name}-${hash}`, namespace, labels: {[revisionLabel]: hash}, ownerReferences: [ownerReference(owner)]},
    data: {spec: {template: {$patch: 'replace', ...template}}},
    revision,
  };
}
