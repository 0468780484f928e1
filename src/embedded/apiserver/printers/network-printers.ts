/** Rows of services, endpoints, ingresses and network policies. */
import type {Fields} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {ageOf} from './cell-age.ts';
import {
  at,
  columnsOf,
  countAt,
  fieldsAt,
  formatLabels,
  formatSelector,
  listAt,
  nameColumn,
  or,
  type Printer,
  stringsAt,
  textAt,
} from './printer.ts';

/** Addresses and hosts listed before the rest is only counted. */
const listedMax = 3;

const age = (object: KubeObject, nowMs: number) => ageOf(object.metadata.creationTimestamp, nowMs);

const service: Printer = {
  columns: [nameColumn, ...columnsOf('Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector/wide')],
  cells: (object, nowMs) => [
    object.metadata.name,
    textAt(object, 'spec', 'type'),
    or(stringsAt(object, 'spec', 'clusterIPs')[0] ?? textAt(object, 'spec', 'clusterIP'), '<none>'),
    externalIp(object),
    or(listAt(object, 'spec', 'ports').map(portText).join(','), '<none>'),
    age(object, nowMs),
    formatLabels(fieldsAt(object, 'spec', 'selector')),
  ],
};

function externalIp(object: KubeObject): string {
  const own = stringsAt(object, 'spec', 'externalIPs');
  switch (textAt(object, 'spec', 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return or(own.join(','), '<none>');
    case 'LoadBalancer':
      return or([...loadBalancerAddresses(object), ...own].join(','), '<pending>');
    case 'ExternalName':
      return textAt(object, 'spec', 'externalName');
    default:
      return '<unknown>';
  }
}

function loadBalancerAddresses(object: KubeObject): readonly string[] {
  const found = listAt(object, 'status', 'loadBalancer', 'ingress').map(item => or(textAt(item, 'ip'), textAt(item, 'hostname')));
  return [...new Set(found.filter(address => address !== ''))].sort();
}

function portText(port: Fields): string {
  const nodePort = countAt(port, 'nodePort');
  return `${countAt(port, 'port')}${nodePort > 0 ? `:${nodePort}` : ''}/${or(textAt(port, 'protocol'), 'TCP')}`;
}

const endpoints: Printer = {
  columns: [nameColumn, ...columnsOf('Endpoints', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    firstFew(listAt(object, 'subsets').flatMap(subsetAddresses), '<none>'),
    age(object, nowMs),
  ],
};

function subsetAddresses(subset: Fields): readonly string[] {
  const addresses = listAt(subset, 'addresses').map(address => textAt(address, 'ip'));
  const ports = listAt(subset, 'ports');
  if (ports.length === 0) return addresses;
  return ports.flatMap(port => addresses.map(ip => `${ip.includes(':') ? `[${ip}]` : ip}:${countAt(port, 'port')}`));
}

function firstFew(items: readonly string[], none: string): string {
  if (items.length === 0) return none;
  const shown = items.slice(0, listedMax).join(',');
  return items.length > listedMax ? `${shown} + ${items.length - listedMax} more...` : shown;
}

const endpointSlice: Printer = {
  columns: [nameColumn, ...columnsOf('AddressType', 'Ports', 'Endpoints', 'Age')],
  cells(object, nowMs) {
    const ports = listAt(object, 'ports').map(port => String(at(port, 'port') ?? or(textAt(port, 'name'), '*')));
    const addresses = listAt(object, 'endpoints').flatMap(endpoint => stringsAt(endpoint, 'addresses'));
    return [
      object.metadata.name,
      textAt(object, 'addressType'),
      firstFew(ports, '<unset>'),
      firstFew(addresses, '<unset>'),
      age(object, nowMs),
    ];
  },
};

const ingress: Printer = {
  columns: [nameColumn, ...columnsOf('Class', 'Hosts', 'Address', 'Ports', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    or(textAt(object, 'spec', 'ingressClassName'), '<none>'),
    ingressHosts(object),
    loadBalancerAddresses(object).join(','),
    listAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    age(object, nowMs),
  ],
};

function ingressHosts(object: KubeObject): string {
  const hosts = listAt(object, 'spec', 'rules').map(rule => textAt(rule, 'host'));
  return firstFew(
    hosts.filter(host => host !== ''),
    '*',
  );
}

const ingressClass: Printer = {
  columns: [nameColumn, ...columnsOf('Controller', 'Parameters', 'Age')],
  cells(object, nowMs) {
    const isDefault = object.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
    const group = textAt(object, 'spec', 'parameters', 'apiGroup');
    const kind = textAt(object, 'spec', 'parameters', 'kind');
    const parameters = kind === '' ? '<none>' : `${kind}${group === '' ? '' : `.${group}`}/${textAt(object, 'spec', 'parameters', 'name')}`;
    return [
      `${object.metadata.name}${isDefault ? ' (default)' : ''}`,
      textAt(object, 'spec', 'controller'),
      parameters,
      age(object, nowMs),
    ];
  },
};

const networkPolicy: Printer = {
  columns: [nameColumn, ...columnsOf('Pod-Selector', 'Age')],
  cells: (object, nowMs) => [object.metadata.name, formatSelector(fieldsAt(object, 'spec', 'podSelector')), age(object, nowMs)],
};

export const networkPrinters: Readonly<Record<string, Printer>> = {
  services: service,
  endpoints,
  'endpointslices.discovery.k8s.io': endpointSlice,
  'ingresses.networking.k8s.io': ingress,
  'ingressclasses.networking.k8s.io': ingressClass,
  'networkpolicies.networking.k8s.io': networkPolicy,
};
