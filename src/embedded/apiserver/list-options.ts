/** The query parameters of LIST, WATCH and DELETE of a collection, checked as kube-apiserver checks them. */
import type {KubeObject} from '../../domain/kube-object.ts';
import {isTrue} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {parseFieldSelector} from './field-selector.ts';
import {parseLabelSelector} from './label-selector.ts';
import type {ResourceType} from './resource-type.ts';
import {forbidden, notSupported} from './schema/field-error.ts';

export type VersionMatch = 'Exact' | 'NotOlderThan' | undefined;

export type ListOptions = {
  readonly matches: (object: KubeObject) => boolean;
  /** True when a selector was given: the rest of a page cannot be counted then. */
  readonly isSelective: boolean;
  readonly limit: number | undefined;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly versionMatch: VersionMatch;
  readonly isWatch: boolean;
  readonly hasBookmarks: boolean;
  /** Of a watch: true begins with what is there whatever the version, false never does; undefined leaves it to the version. */
  readonly sendsInitial: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
};

export function readListOptions(query: URLSearchParams, type: ResourceType): ListOptions {
  const labelSelector = query.get('labelSelector') ?? '';
  const fieldSelector = query.get('fieldSelector') ?? '';
  const matchesLabels = parseLabelSelector(labelSelector);
  const matchesFields = parseFieldSelector(fieldSelector, type);
  const limit = readInteger(query, 'limit');
  const isWatch = isTrue(query.get('watch'));
  const resourceVersion = query.get('resourceVersion') ?? '';
  return {
    matches: object => matchesLabels(object.metadata.labels ?? {}) && matchesFields(object),
    isSelective: labelSelector !== '' || fieldSelector !== '',
    limit: limit !== undefined && limit > 0 ? limit : undefined,
    continueToken: query.get('continue') ?? '',
    resourceVersion,
    versionMatch: isWatch ? checkWatch(query) : readVersionMatch(query, resourceVersion),
    isWatch,
    sendsInitial: readSendsInitial(query),
    hasBookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: readInteger(query, 'timeoutSeconds'),
  };
}

function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw ApiFault.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function readVersionMatch(query: URLSearchParams, resourceVersion: string): VersionMatch {
  const match = query.get('resourceVersionMatch') ?? '';
  const refuse = (detail: string) => ApiFault.invalid(listOptions, '', [forbidden(field, detail)]);
  if (query.has('sendInitialEvents')) {
    throw ApiFault.invalid(listOptions, '', [forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')]);
  }
  if (match === '') return undefined;
  if (resourceVersion === '') throw refuse('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if ((query.get('continue') ?? '') !== '') throw refuse('resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw ApiFault.invalid(listOptions, '', [notSupported(field, match, ['Exact', 'NotOlderThan', ''])]);
  }
  if (match === 'Exact' && resourceVersion === '0') throw refuse('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  return match;
}

/** A watch names a match only together with sendInitialEvents, and then only the one. */
function checkWatch(query: URLSearchParams): undefined {
  const match = query.get('resourceVersionMatch') ?? '';
  const hasWish = query.has('sendInitialEvents');
  const isMatch = match === 'NotOlderThan';
  const faults = [
    ...(hasWish && !isMatch ? [forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')] : []),
    ...(match !== '' && !hasWish
      ? [forbidden(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')]
      : []),
    ...(match !== '' && !isMatch ? [notSupported(field, match, ['NotOlderThan'])] : []),
    ...(match !== '' && (query.get('continue') ?? '') !== ''
      ? [forbidden(field, 'resourceVersionMatch is forbidden when continue is provided')]
      : []),
  ];
  if (faults.length > 0) throw ApiFault.invalid(listOptions, '', faults);
}

/** Anything but a no is a yes. */
function readSendsInitial(query: URLSearchParams): boolean | undefined {
  const wish = query.get('sendInitialEvents');
  return wish === null ? undefined : !['false', '0'].includes(wish.toLowerCase());
}

const field = 'resourceVersionMatch';
const listOptions = {kind: 'ListOptions', group: 'meta.k8s.io'};
