/** A module release in short: what its table shows, and what judging it needs of the rest of the cluster. */
import {type Deletion, readDeletion} from './deletion.ts';
import {readString, readTime} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {compareVersions, parseVersion} from './query/version-order.ts';
import type {UpdatePolicy} from './update-policy.ts';

export type ModuleReleaseFacts = {
  readonly moduleName: string;
  /** Without a leading v. */
  readonly version: string;
  readonly phase: string | undefined;
  /** '' = the embedded policy; undefined = not decided yet. */
  readonly policy: string | undefined;
  readonly transitionTime: number | undefined;
  readonly message: string;
  /** The annotation of this name, of which the platform asks in Manual mode. */
  readonly isApproved: boolean;
  /** apply-now or force: windows and approval do not count. */
  readonly isUrgent: boolean;
  readonly isUpdating: boolean;
  readonly deletion: Deletion | undefined;
};

export type ReleaseContext = {
  readonly now: number;
  /** Those that exist, the embedded one among them under ''; undefined where they may not be read. */
  readonly policies: readonly UpdatePolicy[] | undefined;
  /** The highest deployed version of each module. */
  readonly deployed: ReadonlyMap<string, string> | undefined;
};

const prefix = 'modules.deckhouse.io/';
/** What Go's strconv.ParseBool takes for true. */
const goTrue: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'True', 'TRUE']);

export function readModuleRelease(object: KubeObject): ModuleReleaseFacts {
  const {labels, annotations} = object.metadata;
  return {
    moduleName: readString(object, 'spec.moduleName') ?? labels?.module ?? '',
    version: readString(object, 'spec.version') ?? '',
    phase: readString(object, 'status.phase'),
    policy: labels?.[`${prefix}update-policy`],
    transitionTime: readTime(object, 'status.transitionTime'),
    message: readString(object, 'status.message') ?? '',
    isApproved: goTrue.has(annotations?.[`${prefix}approved`] ?? ''),
    isUrgent: [`${prefix}apply-now`, `${prefix}force`, 'release.deckhouse.io/force'].some(name => annotations?.[name] === 'true'),
    isUpdating: annotations?.[`${prefix}isUpdating`] === 'true',
    deletion: readDeletion(object),
  };
}

/** Highest, not only: after a crash two releases may be deployed until the lower one is superseded. */
export function deployedVersions(releases: Iterable<ModuleReleaseFacts>): ReadonlyMap<string, string> {
  const deployed = new Map<string, string>();
  for (const {moduleName, version, phase} of releases) {
    if (phase !== 'Deployed') continue;
    const known = deployed.get(moduleName);
    if (known === undefined || isNewer(version, known)) deployed.set(moduleName, version);
  }
  return deployed;
}

/** false where either cannot be read as a version. */
export function isNewer(version: string, other: string): boolean {
  const left = parseVersion(version);
  const right = parseVersion(other);
  return left !== undefined && right !== undefined && compareVersions(left, right) > 0;
}
