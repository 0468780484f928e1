/** Asks a server what it serves. What cannot be read now keeps what was known of it, with the reason beside it. */
import {isFields} from '../domain/fields.ts';
import {type KubePort, type KubeResponse, TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {readStatus} from '../domain/read-status.ts';
import {apiVersionOf} from '../domain/resource.ts';
import {type GroupVersion, type NamedVersion, readAggregated, readResources, readVersionNames} from './discovery-document.ts';

export type DiscoveryFailure = {
  /** `metrics.k8s.io/v1beta1`, or `/apis` where the whole list failed. */
  readonly part: string;
  readonly reason: Phrase;
};

/** What one of the two roots said. */
type Branch = {
  readonly etag?: string;
  readonly groupVersions: readonly GroupVersion[];
  readonly failures: readonly DiscoveryFailure[];
};

export type Survey = {readonly core: Branch; readonly groups: Branch; readonly serverVersion?: string};

const nothing: Branch = {groupVersions: [], failures: []};
export const emptySurvey: Survey = {core: nothing, groups: nothing};

const accept = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/** Of the legacy form, which needs one request for each version of each group. */
const parallelMax = 8;

export async function takeSurvey(port: KubePort, before: Survey): Promise<Survey> {
  const [core, groups, serverVersion] = await Promise.all([
    readBranch(port, '/api', before.core),
    readBranch(port, '/apis', before.groups),
    readServerVersion(port),
  ]);
  const version = serverVersion ?? before.serverVersion;
  return {core, groups, ...(version === undefined ? {} : {serverVersion: version})};
}

export function failuresOf({core, groups}: Survey): readonly DiscoveryFailure[] {
  return [...core.failures, ...groups.failures];
}

/** Set where not even the list of groups could be read, so that nothing says how much is missing. */
export function rootFailureOf(survey: Survey): DiscoveryFailure | undefined {
  return failuresOf(survey).find(({part}) => part.startsWith('/'));
}

export function groupVersionsOf({core, groups}: Survey): readonly GroupVersion[] {
  return [...core.groupVersions, ...groups.groupVersions];
}

async function readBranch(port: KubePort, root: '/api' | '/apis', before: Branch): Promise<Branch> {
  const headers = {accept, ...(before.etag === undefined ? {} : {'if-none-match': before.etag})};
  const answer = await ask(port, root, headers);
  if ('reason' in answer) return {...before, failures: [{part: root, reason: answer.reason}]};
  if (answer.status === 304) return {...before, failures: []};
  const document = parse(answer.body);
  const aggregated = readAggregated(document);
  if (aggregated !== undefined) return withEtag(keepKnown(aggregated, before), answer.headers.etag);
  const names = readVersionNames(document);
  if (names === undefined) return {...before, failures: [{part: root, reason: phrase('discovery.noDocument', root)}]};
  return readLegacy(port, root, names, before);
}

/** The etag only covers the whole: what is stale in it now may be well with the same etag a moment later. */
function withEtag(branch: Branch, etag: string | undefined): Branch {
  return etag === undefined || branch.failures.length > 0 ? branch : {...branch, etag};
}

function keepKnown(read: readonly GroupVersion[], before: Branch): Branch {
  const failures: DiscoveryFailure[] = [];
  const groupVersions = read.map(found => {
    if (!found.isStale) return found;
    const name = apiVersionOf(found);
    failures.push({part: name, reason: phrase('discovery.groupAway', name)});
    return found.resources.length > 0 ? found : {...found, resources: knownOf(before, found)};
  });
  return {groupVersions, failures};
}

async function readLegacy(port: KubePort, root: string, names: readonly NamedVersion[], before: Branch): Promise<Branch> {
  const groupVersions: GroupVersion[] = [];
  const failures: DiscoveryFailure[] = [];
  for (let from = 0; from < names.length; from += parallelMax) {
    const read = names.slice(from, from + parallelMax).map(async name => {
      const path = `${root}/${apiVersionOf(name)}`;
      const answer = await ask(port, path, {accept: 'application/json'});
      const resources = 'reason' in answer ? undefined : readResources(parse(answer.body), name);
      if (resources !== undefined) return {...name, resources, isStale: false};
      failures.push({part: apiVersionOf(name), reason: 'reason' in answer ? answer.reason : phrase('discovery.noDocument', path)});
      return {...name, resources: knownOf(before, name), isStale: true};
    });
    groupVersions.push(...(await Promise.all(read)));
  }
  return {groupVersions, failures};
}

function knownOf({groupVersions}: Branch, {group, version}: NamedVersion) {
  return groupVersions.find(known => known.group === group && known.version === version)?.resources ?? [];
}

async function readServerVersion(port: KubePort): Promise<string | undefined> {
  const answer = await ask(port, '/version', {accept: 'application/json'});
  const document = 'reason' in answer ? undefined : parse(answer.body);
  return isFields(document) && typeof document.gitVersion === 'string' ? document.gitVersion : undefined;
}

/** A 200 or a 304, or why there is none. */
async function ask(
  port: KubePort,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<KubeResponse | {readonly reason: Phrase}> {
  try {
    const answer = await port.request({method: 'GET', path, headers});
    if (answer.status === 200 || answer.status === 304) return answer;
    const {code, message} = readStatus(answer);
    return {reason: code === 401 ? phrase('source.unauthorized', message) : phrase('source.answered', code, message)};
  } catch (error) {
    if (error instanceof TransportError) return {reason: error.phrase};
    return {reason: phrase('text', error instanceof Error ? error.message : String(error))};
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
