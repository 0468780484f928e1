/** The flags of `deckhand manifests`, and those that the controller shares with it. */
import {type Command, InvalidArgumentError} from 'commander';
import {stampingSince} from '../domain/run-kinds/policies.ts';
import {type RunbookGroup, runbookGroups} from '../engine/define-runbook.ts';

export type ManifestFlags = {
  readonly runbooks: readonly RunbookGroup[];
  readonly runsNamespace: string;
  readonly image: string;
  /** The minor version of the API server: 36 for 1.36. */
  readonly kubernetes: number;
  /** Rights in the platform's own namespaces are given there; in all where the cluster has no such namespaces. */
  readonly deckhouse: boolean;
};

/** Admission policies are served as v1 from here on. */
const kubernetesMinorMin = 30;

export function manifestDefaults(version: string): ManifestFlags {
  return {runbooks: runbookGroups, runsNamespace: 'deckhand', image: `deckhand:${version}`, kubernetes: stampingSince, deckhouse: true};
}

export function addManifestFlags(command: Command, version: string): Command {
  const {runbooks, runsNamespace, image, kubernetes} = manifestDefaults(version);
  return command
    .option('--runbooks <groups>', 'groups of runbooks that the controller carries out', readRunbookGroups, runbooks)
    .option('--runs-namespace <name>', 'namespace of the runs and of the controller', readNamespace, runsNamespace)
    .option('--image <reference>', 'image of the controller', readImage, image)
    .option('--kubernetes <version>', `the API server’s; before 1.${stampingSince} it cannot stamp who asks`, readMinor, kubernetes)
    .option('--no-deckhouse', 'the cluster has no Deckhouse, and no namespace d8-system to give rights in');
}

/** `releases,nodes`, in the order that all groups have, each once. */
export function readRunbookGroups(text: string): readonly RunbookGroup[] {
  const words = text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '');
  const known: readonly string[] = runbookGroups;
  const unknown = words.filter(word => !known.includes(word));
  const valid = `the groups are ${runbookGroups.join(', ')}`;
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no group ${unknown.join(', ')}: ${valid}.`);
  if (words.length === 0) throw new InvalidArgumentError(`It names no group: ${valid}.`);
  return runbookGroups.filter(group => words.includes(group));
}

export function readNamespace(text: string): string {
  if (text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('A namespace is of small letters, digits and dashes inside, 63 at most.');
}

function readImage(text: string): string {
  if (/^\w[\w.:/@-]*$/.test(text)) return text;
  throw new InvalidArgumentError('An image is REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:DIGEST.');
}

function readMinor(text: string): number {
  const minor = Number(/^v?1\.(\d{1,3})(?:\..*)?$/.exec(text)?.[1]);
  if (minor >= kubernetesMinorMin) return minor;
  throw new InvalidArgumentError(`It takes a version such as 1.33; admission policies are there from 1.${kubernetesMinorMin} on.`);
}
