/** What the server fills into built-in kinds beside pods: the fields that clients expect to be there. */
import {Buffer} from 'node:buffer';
import {type Fields, isFields} from '../../domain/fields.ts';
import {defaultBindingSpec, defaultPolicySpec, policyGroup} from './admission/policy-defaults.ts';
import type {Draft} from './api-object.ts';
import {defaultPodSpec, defaultTemplateSpec, qosClass} from './pod-defaults.ts';

type Fill = (draft: Draft) => Draft;

/** Applied to every write. */
export function applyBuiltinDefaults(collection: string, draft: Draft): Draft {
  return fills[collection]?.(draft) ?? draft;
}

/** Applied once: the state a new object begins in. */
export function applyInitialState(collection: string, draft: Draft): Draft {
  return beginnings[collection]?.(draft) ?? draft;
}

const fills: Readonly<Record<string, Fill>> = {
  pods: draft => withSpec(draft, defaultPodSpec),
  services: draft => withSpec(draft, defaultService),
  endpoints: defaultEndpoints,
  secrets: defaultSecret,
  events: draft => ({
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
    ...draft,
  }),
  namespaces: draft => labelled(draft),
  persistentvolumeclaims: draft => withSpec(draft, spec => ({volumeMode: 'Filesystem', ...spec})),
  persistentvolumes: draft => withSpec(draft, spec => ({persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', ...spec})),
  'storageclasses.storage.k8s.io': draft => ({reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', ...draft}),
  'priorityclasses.scheduling.k8s.io': draft => ({preemptionPolicy: 'PreemptLowerPriority', ...draft}),
  'deployments.apps': draft => withSpec(draft, defaultDeployment),
  'statefulsets.apps': draft => withSpec(draft, defaultStatefulSet),
  'daemonsets.apps': draft => withSpec(draft, defaultDaemonSet),
  'replicasets.apps': draft => withSpec(draft, spec => withTemplate({replicas: 1, ...spec})),
  'jobs.batch': draft => withSpec(draft, defaultJob),
  [`validatingadmissionpolicies.${policyGroup}`]: draft => withSpec(draft, defaultPolicySpec),
  [`mutatingadmissionpolicies.${policyGroup}`]: draft => withSpec(draft, defaultPolicySpec),
  [`validatingadmissionpolicybindings.${policyGroup}`]: draft => withSpec(draft, defaultBindingSpec),
  [`mutatingadmissionpolicybindings.${policyGroup}`]: draft => withSpec(draft, defaultBindingSpec),
};

const beginnings: Readonly<Record<string, Fill>> = {
  pods: draft => ({...draft, status: {phase: 'Pending', qosClass: qosClass(specOf(draft))}}),
  namespaces: draft => ({...draft, spec: {...specOf(draft), finalizers: ['kubernetes']}, status: {phase: 'Active'}}),
  persistentvolumeclaims: draft => ({...draft, status: {phase: 'Pending'}}),
  persistentvolumes: draft => ({...draft, status: {phase: 'Pending'}}),
  services: draft => ({...draft, status: {loadBalancer: {}}}),
  'deployments.apps': draft => ({...draft, status: {}}),
  'statefulsets.apps': draft => ({...draft, status: {replicas: 0, availableReplicas: 0}}),
  'replicasets.apps': draft => ({...draft, status: {replicas: 0}}),
  'daemonsets.apps': draft => ({
    ...draft,
    status: {currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0},
  }),
  'jobs.batch': draft => ({...draft, status: {}}),
  'poddisruptionbudgets.policy': draft => ({
    ...draft,
    status: {currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0},
  }),
};

function specOf(draft: Draft): Fields {
  return isFields(draft.spec) ? draft.spec : {};
}

function withSpec(draft: Draft, fill: (spec: Fields) => Fields): Draft {
  return {...draft, spec: fill(specOf(draft))};
}

function withTemplate(spec: Fields): Fields {
  if (!isFields(spec.template)) return spec;
  const {template} = spec;
  return {...spec, template: {...template, spec: defaultTemplateSpec(isFields(template.spec) ? template.spec : {})}};
}

function labelled(draft: Draft): Draft {
  const {name, labels} = draft.metadata;
  if (name === undefined) return draft;
  return {...draft, metadata: {...draft.metadata, labels: {...labels, 'kubernetes.io/metadata.name': name}}};
}

function defaultService(spec: Fields): Fields {
  return {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ...spec,
    ...(Array.isArray(spec.ports) && {ports: spec.ports.map(port => servicePort(port))}),
    ...(spec.clusterIP !== undefined && spec.clusterIPs === undefined && {clusterIPs: [spec.clusterIP]}),
  };
}

function servicePort(port: unknown): unknown {
  return isFields(port) ? {protocol: 'TCP', targetPort: port.port, ...port} : port;
}

function defaultEndpoints(draft: Draft): Draft {
  if (!Array.isArray(draft.subsets)) return draft;
  const subsets = draft.subsets.map(subset => {
    if (!isFields(subset) || !Array.isArray(subset.ports)) return subset;
    return {...subset, ports: subset.ports.map(port => (isFields(port) ? {protocol: 'TCP', ...port} : port))};
  });
  return {...draft, subsets};
}

/** stringData is written and never read back. */
function defaultSecret({stringData, ...draft}: Draft): Draft {
  const secret = {type: 'Opaque', ...draft};
  if (!isFields(stringData)) return secret;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return {...secret, data: {...(isFields(draft.data) && draft.data), ...Object.fromEntries(encoded)}};
}

function defaultDeployment(spec: Fields): Fields {
  return withTemplate({
    replicas: 1,
    strategy: {type: 'RollingUpdate', rollingUpdate: {maxUnavailable: '25%', maxSurge: '25%'}},
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
  });
}

function defaultStatefulSet(spec: Fields): Fields {
  return withTemplate({
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {type: 'RollingUpdate', rollingUpdate: {partition: 0}},
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {whenDeleted: 'Retain', whenScaled: 'Retain'},
    ...spec,
  });
}

function defaultDaemonSet(spec: Fields): Fields {
  const updateStrategy = {type: 'RollingUpdate', rollingUpdate: {maxUnavailable: 1, maxSurge: 0}};
  return withTemplate({updateStrategy, revisionHistoryLimit: 10, ...spec});
}

function defaultJob(spec: Fields): Fields {
  return withTemplate({parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, ...spec});
}
