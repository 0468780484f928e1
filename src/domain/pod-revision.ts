/** Earlier pod templates of a workload: ReplicaSets of a Deployment, ControllerRevisions of the others. */
import {type Fields, readFields, readNumber} from './fields.ts';
import type {KubeObject} from './kube-object.ts';

export type PodRevision = {readonly name: string; readonly uid: string; readonly number: number; readonly template: Fields};

const revisionAnnotation = 'deployment.kubernetes.io/revision';
/** Set by the Deployment controller on its ReplicaSets, not by people. */
const hashLabel = 'pod-template-hash';

/** Those that belong to the workload, newest first. */
export function readRevisions(owner: KubeObject, objects: readonly KubeObject[]): readonly PodRevision[] {
  return objects
    .filter(({metadata}) => metadata.ownerReferences?.some(({uid, controller}) => controller === true && uid === owner.metadata.uid))
    .map(readRevision)
    .filter(({number}) => number > 0)
    .sort((left, right) => right.number - left.number);
}

export function readRevision(object: KubeObject): PodRevision {
  const {name, uid, annotations} = object.metadata;
  const own = readNumber(object, 'revision');
  if (own !== undefined) return {name, uid, number: own, template: withoutDirective(readFields(object, 'data.spec.template'))};
  return {name, uid, number: Number(annotations?.[revisionAnnotation] ?? 0), template: withoutHash(readFields(object, 'spec.template'))};
}

function withoutDirective({$patch: _, ...template}: Fields): Fields {
  return template;
}

function withoutHash(template: Fields): Fields {
  const metadata = readFields(template, 'metadata');
  const {[hashLabel]: _, ...labels} = readFields(metadata, 'labels');
  return {...template, metadata: {...metadata, labels}};
}
