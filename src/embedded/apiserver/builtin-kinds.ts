/** The kinds that a Kubernetes API server serves without any CRD, as its discovery describes them. */
import type {ResourceType, Subresource} from './resource-type.ts';

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

type Row = {
  readonly kind: string;
  /** Only where it is not the lower-case kind with an s. */
  readonly plural?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly isClusterScoped?: true;
  readonly hasNoStatus?: true;
  readonly isScalable?: true;
  readonly verbs?: readonly string[];
  readonly fields?: readonly string[];
  readonly subresources?: readonly Subresource[];
};

const stream = (name: string, kind: string): Subresource => ({name, kind, group: '', version: 'v1', verbs: ['create', 'get']});

const podSubresources: readonly Subresource[] = [
  stream('attach', 'PodAttachOptions'),
  {name: 'binding', kind: 'Binding', group: '', version: 'v1', verbs: ['create']},
  {name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create']},
  stream('exec', 'PodExecOptions'),
  {name: 'log', kind: 'Pod', group: '', version: 'v1', verbs: ['get']},
  stream('portforward', 'PodPortForwardOptions'),
];

const podFields = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
];

const objectFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const coreEventFields = [...objectFields.map(field => `involvedObject.${field}`), 'reason', 'reportingComponent', 'source', 'type'];
const newEventFields = [...objectFields.map(field => `regarding.${field}`), 'reason', 'reportingController', 'type'];

const all = ['all'];
const createOnly = ['create'];

const coreRows: readonly Row[] = [
  {
    kind: 'Namespace',
    shortNames: ['ns'],
    isClusterScoped: true,
    fields: ['status.phase'],
    verbs: allVerbs.filter(verb => verb !== 'deletecollection'),
    subresources: [{name: 'finalize', kind: 'Namespace', group: '', version: 'v1', verbs: ['update']}],
  },
  {kind: 'Node', shortNames: ['no'], isClusterScoped: true, fields: ['spec.unschedulable']},
  {kind: 'Pod', shortNames: ['po'], categories: all, fields: podFields, subresources: podSubresources},
  {kind: 'Service', shortNames: ['svc'], categories: all, fields: ['spec.clusterIP', 'spec.type']},
  {kind: 'Endpoints', plural: 'endpoints', shortNames: ['ep'], hasNoStatus: true},
  {kind: 'ConfigMap', shortNames: ['cm'], hasNoStatus: true},
  {kind: 'Secret', hasNoStatus: true, fields: ['type']},
  {kind: 'Event', shortNames: ['ev'], hasNoStatus: true, fields: coreEventFields},
  {kind: 'ServiceAccount', shortNames: ['sa'], hasNoStatus: true},
  {kind: 'PersistentVolume', shortNames: ['pv'], isClusterScoped: true},
  {kind: 'PersistentVolumeClaim', shortNames: ['pvc']},
  {kind: 'ReplicationController', shortNames: ['rc'], categories: all, isScalable: true, fields: ['status.replicas']},
  {kind: 'ResourceQuota', shortNames: ['quota']},
  {kind: 'LimitRange', shortNames: ['limits'], hasNoStatus: true},
  {kind: 'PodTemplate', hasNoStatus: true},
];

const groupRows: Readonly<Record<string, readonly Row[]>> = {
  'apps/v1': [
    {kind: 'ControllerRevision', hasNoStatus: true},
    {kind: 'DaemonSet', shortNames: ['ds'], categories: all},
    {kind: 'Deployment', shortNames: ['deploy'], categories: all, isScalable: true},
    {kind: 'ReplicaSet', shortNames: ['rs'], categories: all, isScalable: true, fields: ['status.replicas']},
    {kind: 'StatefulSet', shortNames: ['sts'], categories: all, isScalable: true},
  ],
  'events.k8s.io/v1': [{kind: 'Event', shortNames: ['ev'], hasNoStatus: true, fields: newEventFields}],
  'authentication.k8s.io/v1': [{kind: 'SelfSubjectReview', isClusterScoped: true, hasNoStatus: true, verbs: createOnly}],
  'authorization.k8s.io/v1': [
    {kind: 'LocalSubjectAccessReview', hasNoStatus: true, verbs: createOnly},
    {kind: 'SelfSubjectAccessReview', isClusterScoped: true, hasNoStatus: true, verbs: createOnly},
    {kind: 'SelfSubjectRulesReview', isClusterScoped: true, hasNoStatus: true, verbs: createOnly},
    {kind: 'SubjectAccessReview', isClusterScoped: true, hasNoStatus: true, verbs: createOnly},
  ],
  'autoscaling/v2': [{kind: 'HorizontalPodAutoscaler', shortNames: ['hpa'], categories: all}],
  'batch/v1': [
    {kind: 'CronJob', shortNames: ['cj'], categories: all},
    {kind: 'Job', categories: all, fields: ['status.successful']},
  ],
  'networking.k8s.io/v1': [
    {kind: 'IngressClass', plural: 'ingressclasses', isClusterScoped: true, hasNoStatus: true},
    {kind: 'Ingress', plural: 'ingresses', shortNames: ['ing']},
    {kind: 'NetworkPolicy', plural: 'networkpolicies', shortNames: ['netpol'], hasNoStatus: true},
  ],
  'policy/v1': [{kind: 'PodDisruptionBudget', shortNames: ['pdb']}],
  'rbac.authorization.k8s.io/v1': [
    {kind: 'ClusterRoleBinding', isClusterScoped: true, hasNoStatus: true},
    {kind: 'ClusterRole', isClusterScoped: true, hasNoStatus: true},
    {kind: 'RoleBinding', hasNoStatus: true},
    {kind: 'Role', hasNoStatus: true},
  ],
  'storage.k8s.io/v1': [
    {kind: 'CSIDriver', isClusterScoped: true, hasNoStatus: true},
    {kind: 'CSINode', isClusterScoped: true, hasNoStatus: true},
    {kind: 'CSIStorageCapacity', plural: 'csistoragecapacities', hasNoStatus: true},
    {kind: 'StorageClass', plural: 'storageclasses', shortNames: ['sc'], isClusterScoped: true, hasNoStatus: true},
    {kind: 'VolumeAttachment', isClusterScoped: true},
  ],
  'admissionregistration.k8s.io/v1': [
    {kind: 'MutatingAdmissionPolicy', plural: 'mutatingadmissionpolicies', isClusterScoped: true, hasNoStatus: true},
    {kind: 'MutatingAdmissionPolicyBinding', isClusterScoped: true, hasNoStatus: true},
    {kind: 'ValidatingAdmissionPolicy', plural: 'validatingadmissionpolicies', isClusterScoped: true},
    {kind: 'ValidatingAdmissionPolicyBinding', isClusterScoped: true, hasNoStatus: true},
  ],
  'apiextensions.k8s.io/v1': [
    {kind: 'CustomResourceDefinition', shortNames: ['crd', 'crds'], categories: ['api-extensions'], isClusterScoped: true},
  ],
  'scheduling.k8s.io/v1': [
    {kind: 'PriorityClass', plural: 'priorityclasses', shortNames: ['pc'], isClusterScoped: true, hasNoStatus: true},
  ],
  'coordination.k8s.io/v1': [{kind: 'Lease', hasNoStatus: true}],
  'node.k8s.io/v1': [{kind: 'RuntimeClass', plural: 'runtimeclasses', isClusterScoped: true, hasNoStatus: true}],
  'discovery.k8s.io/v1': [{kind: 'EndpointSlice', hasNoStatus: true}],
  'resource.k8s.io/v1': [
    {kind: 'DeviceClass', plural: 'deviceclasses', isClusterScoped: true, hasNoStatus: true},
    {kind: 'ResourceClaim'},
    {kind: 'ResourceClaimTemplate', hasNoStatus: true},
    {kind: 'ResourceSlice', isClusterScoped: true, hasNoStatus: true, fields: ['spec.nodeName', 'spec.driver']},
  ],
};

function typeOf(group: string, version: string, row: Row): ResourceType {
  const singular = row.kind.toLowerCase();
  return {
    group,
    version,
    kind: row.kind,
    listKind: `${row.kind}List`,
    plural: row.plural ?? `${singular}s`,
    singular,
    shortNames: row.shortNames ?? [],
    categories: row.categories ?? [],
    isNamespaced: row.isClusterScoped !== true,
    verbs: row.verbs ?? allVerbs,
    storageVersion: version,
    hasStatus: row.hasNoStatus !== true,
    selectableFields: row.fields ?? [],
    ...(row.isScalable === true && {
      scale: {
        specPath: '.spec.replicas',
        statusPath: '.status.replicas',
        selectorPath: row.kind === 'ReplicationController' ? '.spec.selector' : '.spec.selector.matchLabels',
      },
    }),
    ...(row.subresources !== undefined && {subresources: row.subresources}),
  };
}

/** In the order in which discovery names the groups: kubectl prefers the earlier one for a bare plural. */
export const builtinTypes: readonly ResourceType[] = [
  ...coreRows.map(row => typeOf('', 'v1', row)),
  ...Object.entries(groupRows).flatMap(([groupVersion, rows]) => {
    const [group = '', version = ''] = groupVersion.split('/');
    return rows.map(row => typeOf(group, version, row));
  }),
];
