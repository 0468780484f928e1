/** The controller as it runs in a cluster: two replicas that stop gracefully, without a right on their own node. */
import type {Manifest} from '../../domain/run-kinds/definition.ts';
import {controllerAccount} from './roles.ts';

type WorkloadOptions = {readonly namespace: string; readonly image: string; readonly groups: readonly string[]};

const name = controllerAccount;
const labels = {'app.kubernetes.io/name': 'deckhand', 'app.kubernetes.io/component': 'controller'};
const port = 8080;
/** The controller gives its runs 30 s to reach a safe point, and the leases have to be given back after that. */
const graceSeconds = 45;
/** The user that images without a system of their own run as by custom; the image of deploy/image names it too. */
const userId = 65532;

export function workload({namespace, image, groups}: WorkloadOptions): readonly Manifest[] {
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {name, namespace, labels},
      spec: {
        replicas: 2,
        selector: {matchLabels: labels},
        strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1, maxUnavailable: 1}},
        template: {
          metadata: {
            labels,
            annotations: {'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': '/metrics'},
          },
          spec: podSpec(image, ['--controller', `--listen=:${port}`, `--runbooks=${groups.join(',')}`, `--runs-namespace=${namespace}`]),
        },
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: {name, namespace, labels},
      spec: {maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: {matchLabels: labels}},
    },
  ];
}

function podSpec(image: string, args: readonly string[]): unknown {
  return {
    serviceAccountName: controllerAccount,
    terminationGracePeriodSeconds: graceSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      seccompProfile: {type: 'RuntimeDefault'},
    },
    topologySpreadConstraints: [
      {maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {matchLabels: labels}},
    ],
    containers: [
      {
        name: 'controller',
        image,
        args,
        env: [{name: 'POD_NAME', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}}],
        ports: [{name: 'http', containerPort: port}],
        livenessProbe: {httpGet: {path: '/healthz', port: 'http'}, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3},
        readinessProbe: {httpGet: {path: '/readyz', port: 'http'}, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2},
        startupProbe: {httpGet: {path: '/healthz', port: 'http'}, periodSeconds: 2, failureThreshold: 30},
        resources: {requests: {cpu: '50m', memory: '128Mi'}, limits: {memory: '512Mi'}},
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL']}},
      },
    ],
  };
}
