/** ModuleReleases: for each module a history, and on top of some of them a release that waits, each for another reason. */
import type {Fields} from '../../domain/fields.ts';
import {type ModuleRow, moduleCatalogue} from './module-catalogue.ts';
import {deckhouseApi, updatePolicies} from './seed-modules.ts';
import {day, digits, hour, rfc822, type Seeding, spread} from './seeding.ts';
import type {Draft, Ref} from './world-client.ts';

/** Kept by the platform beside the deployed one, per module and source. */
const outdatedKept = 3;

type Waiting = {
  readonly module: string;
  readonly version: string;
  readonly phase: 'Pending' | 'Suspended' | 'Skipped';
  readonly message: string;
  readonly requirements?: Fields;
  readonly applyAfter?: string;
  readonly policy?: string;
};

export const awaitsApproval = `Release is waiting for the 'modules.deckhouse.io/approved: "true"' annotation`;

/** `moment` is when the next window opens. */
export function awaitsWindow(moment: string): string {
  return `Release is waiting for the update window until ${moment}`;
}

function waitingReleases({nowMs, ago}: {nowMs: number; ago: (ageMs: number) => string}): readonly Waiting[] {
  const tomorrow = rfc822(nowMs + 14 * hour);
  return [
    {module: 'console', version: '1.35.0', phase: 'Pending', message: awaitsWindow(tomorrow)},
    {module: 'console', version: '1.36.0', phase: 'Pending', message: 'awaiting for v1.35.0 release to be deployed'},
    {
      module: 'observability',
      version: '1.7.4',
      phase: 'Pending',
      message: `Release is postponed until ${rfc822(nowMs + 3 * hour)}`,
      applyAfter: ago(-3 * hour),
    },
    {module: 'observability', version: '1.9.0', phase: 'Pending', message: 'minor version is greater than deployed 1.7.3 by one'},
    {module: 'stronghold', version: '1.16.0', phase: 'Pending', message: awaitsApproval},
    {module: 'managed-postgres', version: '0.3.0', phase: 'Pending', message: awaitsApproval},
    {
      module: 'csi-netapp',
      version: '0.3.0',
      phase: 'Pending',
      message: `Release is postponed by notification until ${rfc822(nowMs + 5 * hour)}`,
    },
    {
      module: 'sds-replicated-volume',
      version: '0.10.0',
      phase: 'Pending',
      message: 'requirements are not satisfied: current kubernetes version is not suitable: 1.32.4 is less than or equal to 1.33',
      requirements: {kubernetes: '> 1.33'},
    },
    {
      module: 'sds-local-volume',
      version: '0.5.0',
      phase: 'Pending',
      message: 'requirements are not satisfied: current deckhouse version is not suitable: 1.71.3 is less than or equal to v1.73.0',
      requirements: {deckhouse: '> 1.73.0'},
    },
    {
      module: 'csi-nfs',
      version: '0.6.0',
      phase: 'Pending',
      message:
        '1 error occurred: the "csi-nfs" module dependency "snapshot-controller" does not meet the version constraint: v1.71.3 is less than 1.72',
      requirements: {modules: {'snapshot-controller': '>= 1.72.0'}},
    },
    {module: 'virtualization', version: '1.2.0', phase: 'Pending', message: 'awaiting for module v1.1.2 to be ready'},
    {module: 'payload-registry', version: '0.9.0', phase: 'Pending', message: 'Update policy nightly not found', policy: 'nightly'},
    {module: 'delivery', version: '3.0.0', phase: 'Pending', message: 'major version is greater than deployed 2.3.0'},
    {
      module: 'commander-agent',
      version: '1.5.0',
      phase: 'Pending',
      message: 'Initial module config validation failed:\n1 error occurred: * commanderAgent.commanderUrl is required',
    },
    {
      module: 'runtime-audit-engine',
      version: '1.3.0',
      phase: 'Pending',
      message: 'Release is blocked, failed to send release notification',
    },
    {module: 'flow-exporter', version: '0.3.0', phase: 'Pending', message: "Update disabled by 'Ignore' update policy", policy: 'frozen'},
    {
      module: 'service-with-healthchecks',
      version: '0.2.0',
      phase: 'Suspended',
      message: 'validation failed: .spec.probes in body must be of type array: "object"',
    },
    {module: 'sds-node-configurator', version: '0.5.2', phase: 'Skipped', message: ''},
    {module: 'gpu-operator', version: '0.5.9', phase: 'Skipped', message: ''},
  ];
}

export function releaseRef(module: string, version: string): Ref {
  return {apiVersion: deckhouseApi, kind: 'ModuleRelease', name: `${module}-v${version}`};
}

export type ReleaseRow = {
  readonly module: string;
  /** Without the leading v. */
  readonly version: string;
  readonly source: string;
  readonly weight: number;
  readonly phase: string;
  readonly message: string;
  readonly transitionTime: string;
  readonly requirements?: Fields | undefined;
  readonly applyAfter?: string | undefined;
  readonly policy?: string | undefined;
  readonly cause: string;
};

export async function seedReleases(seeding: Seeding): Promise<void> {
  const rows = moduleCatalogue.filter(row => row.version?.startsWith('v') === true || row.state === 'downloading');
  for (const row of rows) await seedHistory(seeding, row);
  const waiting = waitingReleases({nowMs: seeding.nowMs, ago: ageMs => seeding.ago(ageMs)});
  for (const {module, ...rest} of waiting) {
    const row = moduleCatalogue.find(candidate => candidate.name === module);
    if (row === undefined) continue;
    const ageMs = (0.3 + spread(`${module}${rest.version}`) * 4) * day;
    const facts = {module, source: row.source, weight: row.weight, transitionTime: seeding.ago(ageMs), cause: 'from deployed'};
    await seeding.create(releaseDraft({...facts, ...rest}), ageMs);
  }
  await seedLeavingRelease(seeding);
}

async function seedHistory(seeding: Seeding, row: ModuleRow): Promise<void> {
  const versions = row.version === undefined ? ['0.1.0'] : [...olderVersions(row.version.slice(1)), row.version.slice(1)];
  for (const [index, version] of versions.entries()) {
    const isLast = index === versions.length - 1;
    const ageMs = (versions.length - index) * (9 + spread(row.name) * 12) * day;
    const isFirstInstall = row.version === undefined;
    await seeding.create(
      releaseDraft({
        module: row.name,
        version,
        source: row.source,
        weight: row.weight,
        phase: isFirstInstall ? 'Pending' : isLast ? 'Deployed' : 'Superseded',
        message: '',
        transitionTime: seeding.ago(isFirstInstall ? 40_000 : ageMs),
        cause: index === 0 ? 'no releases in cluster' : 'from deployed',
      }),
      isFirstInstall ? 40_000 : ageMs,
    );
  }
}

/** Patches below, then minors below; two or three steps of history read well in a list. */
function olderVersions(version: string): readonly string[] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const patches = Array.from({length: Math.min(patch, outdatedKept)}, (_, index) => `${major}.${minor}.${patch - index - 1}`);
  const minors = Array.from(
    {length: Math.min(minor, outdatedKept)},
    (_, index) => `${major}.${minor - index - 1}.${1 + Math.floor(spread(version) * 4)}`,
  );
  return [...patches, ...minors].slice(0, outdatedKept).reverse();
}

export function releaseDraft(row: ReleaseRow): Draft {
  const {module, version, phase, message} = row;
  const isDone = phase === 'Deployed' || phase === 'Superseded';
  return {
    apiVersion: deckhouseApi,
    kind: 'ModuleRelease',
    metadata: {
      name: `${module}-v${version}`,
      labels: {
        module,
        source: row.source,
        'release-checksum': digits(`${module}${version}`, 32),
        'modules.deckhouse.io/update-policy': row.policy ?? updatePolicies[module] ?? '',
        ...(phase !== 'Pending' && {status: phase.toLowerCase()}),
      },
      annotations: {
        'modules.deckhouse.io/change-cause': `check release (${row.cause})`,
        ...(phase === 'Deployed' && {'modules.deckhouse.io/isUpdating': 'false', 'modules.deckhouse.io/notified': 'false'}),
      },
      ...(phase === 'Deployed' && {finalizers: ['modules.deckhouse.io/exist-on-fs']}),
    },
    spec: {
      moduleName: module,
      version,
      weight: row.weight,
      ...(row.applyAfter !== undefined && {applyAfter: row.applyAfter}),
      ...(row.requirements !== undefined && {requirements: row.requirements}),
      changelog: {features: [{summary: `Changes of ${module} ${version}`}]},
    },
    status: {
      phase,
      message,
      transitionTime: row.transitionTime,
      approved: isDone && updatePolicies[module] === 'by-hand',
      ...(isDone && {size: Math.floor(2_000_000 + spread(module) * 90_000_000), pullDuration: `${Math.floor(4 + spread(module) * 50)}s`}),
    },
  };
}

/** Deleted while its files are still on the disk of the platform. */
async function seedLeavingRelease(seeding: Seeding): Promise<void> {
  const draft = releaseDraft({
    module: 'pod-benchmark',
    version: '0.1.4',
    source: 'edge-mirror',
    weight: 970,
    phase: 'Deployed',
    message: '',
    transitionTime: seeding.ago(3 * day),
    cause: 'no releases in cluster',
  });
  await seeding.create({...draft, status: {phase: 'Terminating', message: '', transitionTime: seeding.ago(2 * hour)}}, 3 * day);
  await seeding.client.remove(releaseRef('pod-benchmark', '0.1.4'));
}
