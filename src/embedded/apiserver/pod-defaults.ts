/** What the server fills into pods and pod templates, so that programs which rely on it (scheduler, kubectl) find it. */
import {type Fields, isFields} from '../../domain/fields.ts';

const tolerations = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map(key => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** Of a pod itself. */
export function defaultPodSpec(spec: Fields): Fields {
  return {
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    ...defaultTemplateSpec(spec),
    tolerations: withTolerations(spec.tolerations),
  };
}

/** Of a pod and of a template alike. */
export function defaultTemplateSpec(spec: Fields): Fields {
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
    ...(Array.isArray(spec.containers) && {containers: spec.containers.map(defaultContainer)}),
    ...(Array.isArray(spec.initContainers) && {initContainers: spec.initContainers.map(defaultContainer)}),
  };
}

/** Guaranteed: every container limits cpu and memory and asks for no less; BestEffort: none asks for anything. */
export function qosClass(spec: Fields): string {
  const containers = Array.isArray(spec.containers) ? spec.containers.filter(isFields) : [];
  const resources = containers.map(container => (isFields(container.resources) ? container.resources : {}));
  if (resources.every(({requests, limits}) => isEmpty(requests) && isEmpty(limits))) return 'BestEffort';
  return resources.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function isGuaranteed({requests, limits}: Fields): boolean {
  if (!isFields(limits)) return false;
  return ['cpu', 'memory'].every(name => {
    const request = isFields(requests) ? requests[name] : undefined;
    return limits[name] !== undefined && (request === undefined || request === limits[name]);
  });
}

function isEmpty(value: unknown): boolean {
  return !isFields(value) || Object.keys(value).length === 0;
}

function defaultContainer(container: unknown): unknown {
  if (!isFields(container)) return container;
  return {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(container.image),
    ...container,
    ...(Array.isArray(container.ports) && {ports: container.ports.map(defaultPort)}),
  };
}

function pullPolicy(image: unknown): string {
  const name = typeof image === 'string' ? (image.split('/').at(-1) ?? '') : '';
  const isPinned = name.includes('@') || (name.includes(':') && !name.endsWith(':latest'));
  return isPinned ? 'IfNotPresent' : 'Always';
}

function defaultPort(port: unknown): unknown {
  return isFields(port) ? {protocol: 'TCP', ...port} : port;
}

function withTolerations(given: unknown): unknown[] {
  const own = Array.isArray(given) ? given : [];
  return [...own, ...tolerations.filter(({key}) => !own.some(toleration => isFields(toleration) && toleration.key === key))];
}
