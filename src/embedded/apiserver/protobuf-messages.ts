/**
 * Field numbers of the messages that kubectl and client-go send in protobuf although they can speak JSON; from the
 * generated.proto files of k8s.io/api. `name type=number`; `[]` repeated, `map<>` keyed by string, `?` kept when zero.
 */
export const protobufMessages: Readonly<Record<string, string>> = {
  Unknown: 'typeMeta TypeMeta=1, raw bytes=2, contentEncoding string=3, contentType string=4',
  TypeMeta: 'apiVersion string=1, kind string=2',
  ObjectMeta:
    'name string=1, generateName string=2, namespace string=3, uid string=5, resourceVersion string=6, generation int64=7, creationTimestamp Time=8, deletionTimestamp Time=9, deletionGracePeriodSeconds int64?=10, labels map<string>=11, annotations map<string>=12, ownerReferences OwnerReference[]=13, finalizers string[]=14, managedFields Skipped[]=17',
  OwnerReference: 'apiVersion string=5, kind string=1, name string=3, uid string=4, controller bool?=6, blockOwnerDeletion bool?=7',
  LabelSelector: 'matchLabels map<string>=1, matchExpressions LabelSelectorRequirement[]=2',
  LabelSelectorRequirement: 'key string=1, operator string=2, values string[]=3',
  FieldSelectorRequirement: 'key string=1, operator string=2, values string[]=3',
  DeleteOptions:
    'gracePeriodSeconds int64?=1, preconditions Preconditions=2, orphanDependents bool?=3, propagationPolicy string=4, dryRun string[]=5',
  Preconditions: 'uid string=1, resourceVersion string=2',

  'v1 Namespace': 'metadata ObjectMeta=1, spec NamespaceSpec=2, status Skipped=3',
  NamespaceSpec: 'finalizers string[]=1',
  'v1 ConfigMap': 'metadata ObjectMeta=1, immutable bool?=4, data map<string>=2, binaryData map<bytes>=3',
  'v1 Secret': 'metadata ObjectMeta=1, immutable bool?=5, data map<bytes>=2, stringData map<string>=4, type string=3',
  'v1 Event':
    'metadata ObjectMeta=1, involvedObject ObjectReference=2, reason string=3, message string=4, source EventSource=5, firstTimestamp Time=6, lastTimestamp Time=7, count int32=8, type string=9, eventTime MicroTime=10, series EventSeries=11, action string=12, related ObjectReference=13, reportingComponent string=14, reportingInstance string=15',
  EventSource: 'component string=1, host string=2',
  EventSeries: 'count int32=1, lastObservedTime MicroTime=2',
  ObjectReference:
    'kind string=1, namespace string=2, name string=3, uid string=4, apiVersion string=5, resourceVersion string=6, fieldPath string=7',
  'v1 Binding': 'metadata ObjectMeta=1, target ObjectReference=2',
  'v1 ServiceAccount':
    'metadata ObjectMeta=1, secrets ObjectReference[]=2, imagePullSecrets LocalObjectReference[]=3, automountServiceAccountToken bool?=4',
  LocalObjectReference: 'name string=1',
  'v1 Service': 'metadata ObjectMeta=1, spec ServiceSpec=2, status Skipped=3',
  ServiceSpec:
    'ports ServicePort[]=1, selector map<string>=2, clusterIP string=3, clusterIPs string[]=18, type string=4, externalIPs string[]=5, sessionAffinity string=7, loadBalancerIP string=8, loadBalancerSourceRanges string[]=9, externalName string=10, externalTrafficPolicy string=11, publishNotReadyAddresses bool=13, ipFamilies string[]=19, ipFamilyPolicy string=17, internalTrafficPolicy string=22',
  ServicePort: 'name string=1, protocol string=2, appProtocol string=6, port int32=3, targetPort IntOrString=4, nodePort int32=5',
  'v1 ResourceQuota': 'metadata ObjectMeta=1, spec ResourceQuotaSpec=2, status Skipped=3',
  ResourceQuotaSpec: 'hard map<Quantity>=1, scopes string[]=2',
  PodTemplateSpec: 'metadata ObjectMeta=1, spec PodSpec=2',
  PodSpec:
    'containers Container[]=2, restartPolicy string=3, terminationGracePeriodSeconds int64?=4, serviceAccountName string=8, serviceAccount string=9, priorityClassName string=24, securityContext Skipped=14',
  Container:
    'name string=1, image string=2, command string[]=3, args string[]=4, workingDir string=5, ports ContainerPort[]=6, env EnvVar[]=7, resources ResourceRequirements=8, imagePullPolicy string=14',
  ContainerPort: 'name string=1, hostPort int32=2, containerPort int32=3, protocol string=4, hostIP string=5',
  EnvVar: 'name string=1, value string=2',
  ResourceRequirements: 'limits map<Quantity>=1, requests map<Quantity>=2',

  'apps/v1 Deployment': 'metadata ObjectMeta=1, spec DeploymentSpec=2, status Skipped=3',
  DeploymentSpec:
    'replicas int32?=1, selector LabelSelector=2, template PodTemplateSpec=3, strategy DeploymentStrategy=4, minReadySeconds int32=5, revisionHistoryLimit int32?=6, paused bool=7, progressDeadlineSeconds int32?=9',
  DeploymentStrategy: 'type string=1, rollingUpdate RollingUpdateDeployment=2',
  RollingUpdateDeployment: 'maxUnavailable IntOrString=1, maxSurge IntOrString=2',
  'batch/v1 Job': 'metadata ObjectMeta=1, spec JobSpec=2, status Skipped=3',
  JobSpec:
    'parallelism int32?=1, completions int32?=2, activeDeadlineSeconds int64?=3, backoffLimit int32?=7, selector LabelSelector=4, manualSelector bool?=5, template PodTemplateSpec=6, ttlSecondsAfterFinished int32?=8, completionMode string=9, suspend bool?=10',
  'batch/v1 CronJob': 'metadata ObjectMeta=1, spec CronJobSpec=2, status Skipped=3',
  CronJobSpec:
    'schedule string=1, timeZone string=8, startingDeadlineSeconds int64?=2, concurrencyPolicy string=3, suspend bool?=4, jobTemplate JobTemplateSpec=5, successfulJobsHistoryLimit int32?=6, failedJobsHistoryLimit int32?=7',
  JobTemplateSpec: 'metadata ObjectMeta=1, spec JobSpec=2',

  'events.k8s.io/v1 Event':
    'metadata ObjectMeta=1, eventTime MicroTime=2, series EventSeries=3, reportingController string=4, reportingInstance string=5, action string=6, reason string=7, regarding ObjectReference=8, related ObjectReference=9, note string=10, type string=11, deprecatedSource EventSource=12, deprecatedFirstTimestamp Time=13, deprecatedLastTimestamp Time=14, deprecatedCount int32=15',
  'coordination.k8s.io/v1 Lease': 'metadata ObjectMeta=1, spec LeaseSpec=2',
  LeaseSpec:
    'holderIdentity string=1, leaseDurationSeconds int32?=2, acquireTime MicroTime=3, renewTime MicroTime=4, leaseTransitions int32?=5, strategy string=6, preferredHolder string=7',

  'authorization.k8s.io/v1 SelfSubjectAccessReview': 'metadata ObjectMeta=1, spec SelfSubjectAccessReviewSpec=2, status Skipped=3',
  SelfSubjectAccessReviewSpec: 'resourceAttributes ResourceAttributes=1, nonResourceAttributes NonResourceAttributes=2',
  ResourceAttributes:
    'namespace string=1, verb string=2, group string=3, version string=4, resource string=5, subresource string=6, name string=7, fieldSelector FieldSelectorAttributes=8, labelSelector LabelSelectorAttributes=9',
  FieldSelectorAttributes: 'rawSelector string=1, requirements FieldSelectorRequirement[]=2',
  LabelSelectorAttributes: 'rawSelector string=1, requirements LabelSelectorRequirement[]=2',
  NonResourceAttributes: 'path string=1, verb string=2',
  'authorization.k8s.io/v1 SelfSubjectRulesReview': 'metadata ObjectMeta=1, spec SelfSubjectRulesReviewSpec=2, status Skipped=3',
  SelfSubjectRulesReviewSpec: 'namespace string=1',
  'authentication.k8s.io/v1 SelfSubjectReview': 'metadata ObjectMeta=1, status Skipped=2',

  'rbac.authorization.k8s.io/v1 Role': 'metadata ObjectMeta=1, rules PolicyRule[]=2',
  'rbac.authorization.k8s.io/v1 ClusterRole': 'metadata ObjectMeta=1, rules PolicyRule[]=2, aggregationRule AggregationRule=3',
  AggregationRule: 'clusterRoleSelectors LabelSelector[]=1',
  'rbac.authorization.k8s.io/v1 RoleBinding': 'metadata ObjectMeta=1, subjects Subject[]=2, roleRef RoleRef=3',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': 'metadata ObjectMeta=1, subjects Subject[]=2, roleRef RoleRef=3',
  PolicyRule: 'verbs string[]=1, apiGroups string[]=2, resources string[]=3, resourceNames string[]=4, nonResourceURLs string[]=5',
  Subject: 'kind string=1, apiGroup string=2, name string=3, namespace string=4',
  RoleRef: 'apiGroup string=1, kind string=2, name string=3',
  'policy/v1 Eviction': 'metadata ObjectMeta=1, deleteOptions DeleteOptions=2',
  'policy/v1 PodDisruptionBudget': 'metadata ObjectMeta=1, spec PodDisruptionBudgetSpec=2, status Skipped=3',
  PodDisruptionBudgetSpec:
    'minAvailable IntOrString=1, selector LabelSelector=2, maxUnavailable IntOrString=3, unhealthyPodEvictionPolicy string=4',
  'scheduling.k8s.io/v1 PriorityClass':
    'metadata ObjectMeta=1, value int32?=2, globalDefault bool=3, description string=4, preemptionPolicy string=5',
};
