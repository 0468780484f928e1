/** Releases of the platform itself, what it discovered of its cluster, and the small things around: classes, certificates, alerts. */
import type {Fields} from '../../domain/fields.ts';
import {day, digits, hour, minute, rfc822, type Seeding, spread} from './seeding.ts';
import type {Draft} from './world-client.ts';

type PlatformRelease = {
  readonly version: string;
  readonly phase: string;
  readonly ageDays: number;
  readonly message?: string;
  readonly requirements?: Fields;
};

function platformReleases(nowMs: number): readonly PlatformRelease[] {
  return [
    {version: 'v1.69.12', phase: 'Superseded', ageDays: 96},
    {version: 'v1.70.4', phase: 'Superseded', ageDays: 68},
    {version: 'v1.70.9', phase: 'Superseded', ageDays: 44},
    {version: 'v1.71.1', phase: 'Skipped', ageDays: 23},
    {version: 'v1.71.2', phase: 'Suspended', ageDays: 20},
    {version: 'v1.71.3', phase: 'Deployed', ageDays: 16},
    {
      version: 'v1.71.5',
      phase: 'Pending',
      ageDays: 2,
      message: `Release is waiting for the update window until ${rfc822(nowMs + 9 * hour)}`,
    },
    {
      version: 'v1.72.1',
      phase: 'Pending',
      ageDays: 1,
      message: `release blocked, disruption approval required: (\`kubectl annotate DeckhouseRelease v1.72.1 release.deckhouse.io/disruption-approved=true\`): Ingress controllers of version 1.9 will be restarted with version 1.10`,
      requirements: {ingressNginx: '1.10'},
    },
    {
      version: 'v1.73.0',
      phase: 'Pending',
      ageDays: 0.5,
      message: '"k8s" requirement for DeckhouseRelease "1.73.0" not met: current kubernetes version is lower then required',
      requirements: {k8s: '1.33'},
    },
  ];
}

export async function seedPlatform(seeding: Seeding): Promise<void> {
  for (const release of platformReleases(seeding.nowMs)) {
    await seeding.create(
      {
        apiVersion: 'deckhouse.io/v1alpha1',
        kind: 'DeckhouseRelease',
        metadata: {
          name: release.version,
          annotations: {'release.deckhouse.io/isUpdating': 'false', 'release.deckhouse.io/notified': 'false'},
        },
        approved: release.phase !== 'Pending',
        spec: {
          version: release.version,
          changelogLink: `https://releases.example.com/${release.version}`,
          ...(release.requirements !== undefined && {requirements: release.requirements}),
        },
        status: {
          phase: release.phase,
          message: release.message ?? '',
          approved: release.phase !== 'Pending',
          transitionTime: seeding.ago(release.ageDays * day),
        },
      },
      release.ageDays * day,
    );
  }
  for (const [draft, ageDays] of surroundings(seeding)) await seeding.create(draft, ageDays * day);
}

const secretData = (data: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

function surroundings(seeding: Seeding): readonly (readonly [Draft, number])[] {
  return [
    [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {name: 'deckhouse-discovery', namespace: 'd8-system'},
        type: 'Opaque',
        data: secretData({
          clusterUUID: '7c2a4c0e-5a0e-4e2b-9d61-0d9f3ac1b7a4',
          'updateSettings.json': '{"notification":{"webhook":"https://hooks.example.com/updates","minimalNotificationTime":"4h"}}',
        }),
      },
      214,
    ],
    [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {name: 'd8-node-manager-cloud-provider', namespace: 'kube-system'},
        type: 'Opaque',
        data: secretData({
          zones: '["zone-a","zone-b","zone-d"]',
          instanceClassKind: 'YandexInstanceClass',
          machineClassKind: 'YandexMachineClass',
        }),
      },
      214,
    ],
    [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {name: 'd8-cluster-uuid', namespace: 'kube-system'},
        data: {'cluster-uuid': '7c2a4c0e-5a0e-4e2b-9d61-0d9f3ac1b7a4'},
      },
      214,
    ],
    [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: {name: 'nginx', annotations: {'ingressclass.kubernetes.io/is-default-class': 'true'}},
        spec: {controller: 'ingress-nginx.deckhouse.io/nginx'},
      },
      190,
    ],
    [
      {
        apiVersion: 'deckhouse.io/v1',
        kind: 'IngressNginxController',
        metadata: {name: 'nginx'},
        spec: {ingressClass: 'nginx', controllerVersion: '1.10', inlet: 'LoadBalancer'},
      },
      190,
    ],
    ...storageClasses.map(([name, provisioner, isDefault]) => [storageClassDraft(name, provisioner, isDefault), 214] as const),
    ...services.map(([namespace, name, port]) => [serviceDraft(namespace, name, port), 40] as const),
    ...ingresses.map(([namespace, name, host]) => [ingressDraft(namespace, name, host), 40] as const),
    ...certificates.map(row => [certificateDraft(row, seeding), row.ageDays] as const),
    [
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'ClusterIssuer',
        metadata: {name: 'letsencrypt'},
        spec: {acme: {}},
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'True',
              reason: 'ACMEAccountRegistered',
              message: 'The ACME account was registered with the ACME server',
            },
          ],
        },
      },
      190,
    ],
    ...alerts.map(([name, severity, summary]) => [alertDraft(name, severity, summary, seeding), 0.1] as const),
    ...['d8-system/deckhouse-leader-election', 'd8-monitoring/prometheus-operator'].map(path => [leaseDraft(path, seeding), 20] as const),
  ];
}

const storageClasses: readonly (readonly [string, string, boolean])[] = [
  ['network-ssd', 'yandex.csi.flant.com', true],
  ['network-hdd', 'yandex.csi.flant.com', false],
  ['local', 'local.csi.storage.deckhouse.io', false],
];

function storageClassDraft(name: string, provisioner: string, isDefault: boolean): Draft {
  const annotations = isDefault ? {'storageclass.kubernetes.io/is-default-class': 'true'} : {};
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {name, annotations},
    provisioner,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  };
}

const services: readonly (readonly [string, string, number])[] = [
  ['shop', 'web', 80],
  ['shop', 'orders', 8080],
  ['shop', 'postgres', 5432],
  ['d8-monitoring', 'prometheus', 9090],
  ['d8-console', 'frontend', 443],
];

function serviceDraft(namespace: string, name: string, port: number): Draft {
  const clusterIP = `10.222.${Math.floor(spread(namespace) * 250)}.${2 + Math.floor(spread(name) * 250)}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name, namespace},
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      selector: {app: name},
      ports: [{name: 'main', port, targetPort: port, protocol: 'TCP'}],
    },
  };
}

const ingresses: readonly (readonly [string, string, string])[] = [
  ['shop', 'web', 'shop.example.com'],
  ['d8-console', 'console', 'console.example.com'],
];

function ingressDraft(namespace: string, name: string, host: string): Draft {
  const backend = {service: {name: 'web', port: {name: 'main'}}};
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {name, namespace},
    spec: {
      ingressClassName: 'nginx',
      rules: [{host, http: {paths: [{path: '/', pathType: 'Prefix', backend}]}}],
      tls: [{hosts: [host], secretName: `${name}-tls`}],
    },
    status: {loadBalancer: {ingress: [{ip: '203.0.113.17'}]}},
  };
}

type CertificateRow = {readonly namespace: string; readonly name: string; readonly ageDays: number; readonly fault?: string};

const certificates: readonly CertificateRow[] = [
  {namespace: 'shop', name: 'web-tls', ageDays: 40},
  {namespace: 'd8-console', name: 'console-tls', ageDays: 61},
  {namespace: 'd8-user-authn', name: 'dex-tls', ageDays: 88},
  {
    namespace: 'shop',
    name: 'old-shop-tls',
    ageDays: 91,
    fault:
      'Issuing certificate as Secret does not contain a valid certificate: the order failed: 403 urn:ietf:params:acme:error:unauthorized',
  },
];

function certificateDraft({namespace, name, fault}: CertificateRow, seeding: Seeding): Draft {
  const ready =
    fault === undefined
      ? {status: 'True', reason: 'Ready', message: 'Certificate is up to date and has not expired'}
      : {status: 'False', reason: 'DoesNotExist', message: fault};
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: {name, namespace},
    spec: {
      secretName: name,
      dnsNames: [`${name.replace('-tls', '')}.example.com`],
      issuerRef: {kind: 'ClusterIssuer', name: 'letsencrypt'},
    },
    status: {conditions: [{type: 'Ready', ...ready, lastTransitionTime: seeding.ago(3 * hour)}], notAfter: seeding.ago(-52 * day)},
  };
}

const alerts: readonly (readonly [string, string, string])[] = [
  [
    'NodeRequiresDisruptionApprovalForUpdate',
    '8',
    'Node prod-frontend-b-84d9b-wv4kp requires disruption approval to proceed with the update',
  ],
  ['D8ProblematicNodeGroupConfiguration', '8', 'Узел bm-rack1-02 не смог обновиться'],
  ['NodeGroupReplicasUnavailable', '7', 'There are unavailable instances in node group gpu'],
];

function alertDraft(name: string, severityLevel: string, summary: string, seeding: Seeding): Draft {
  return {
    apiVersion: 'deckhouse.io/v1alpha1',
    kind: 'ClusterAlert',
    metadata: {name: digits(name, 16)},
    alert: {name, severityLevel, summary, description: summary},
    status: {alertStatus: 'firing', startsAt: seeding.ago(2 * hour), lastUpdateTime: seeding.ago(minute)},
  };
}

function leaseDraft(path: string, seeding: Seeding): Draft {
  const [namespace = '', name = ''] = path.split('/');
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {name, namespace},
    spec: {holderIdentity: `${name}-0`, leaseDurationSeconds: 60, renewTime: `${seeding.ago(0).slice(0, -1)}.000000Z`},
  };
}
