/** A static instance in short: the host, how far it is on its way into a group, and what stops it. */
import {type Condition, readConditions} from './conditions.ts';
import {type Fields, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {type Labels, readSelector, selects} from './label-selector.ts';

export type StaticInstanceFacts = {
  readonly address: string;
  /** '' before the platform has seen it. */
  readonly phase: string;
  readonly nodeName: string | undefined;
  readonly machineName: string | undefined;
  /** Its label `node.deckhouse.io/allow-bootstrap` is not `false`. */
  readonly isAllowed: boolean;
  /** Waits to be taken into its group without a bootstrap. */
  readonly isToBeAdopted: boolean;
  /** The check or the stage that fails now. */
  readonly trouble: Condition | undefined;
};

export const allowBootstrapLabel = 'node.deckhouse.io/allow-bootstrap';
export const adoptAnnotation = 'static.node.deckhouse.io/skip-bootstrap-phase';

const checks: readonly string[] = ['CheckTcpConnection', 'CheckSshCondition', 'BootstrapSucceeded'];

export function readStaticInstance(object: KubeObject): StaticInstanceFacts {
  const {labels = {}, annotations = {}} = object.metadata;
  return {
    address: readString(object, 'spec.address') ?? '',
    phase: readString(object, 'status.currentStatus.phase') ?? '',
    nodeName: readString(object, 'status.nodeRef.name'),
    machineName: readString(object, 'status.machineRef.name'),
    isAllowed: labels[allowBootstrapLabel] !== 'false',
    isToBeAdopted: annotations[adoptAnnotation] !== undefined,
    trouble: readConditions(object).find(({type, status, message}) => checks.includes(type) && status === 'False' && message !== ''),
  };
}

/** The group may take hosts with these labels; without a selector it takes any. */
export function takes(group: KubeObject, labels: Labels): boolean {
  const selector = readSelector(group, 'spec.staticInstances.labelSelector');
  return labels[allowBootstrapLabel] !== 'false' && (selector === undefined || selects(selector, labels));
}

/**
 * The labels to set (and, with null, to remove) so that `to` takes a host and `from` no longer does. undefined where no
 * labels do that: the selectors overlap, or ask for what cannot be guessed.
 */
export function labelsFor(labels: Labels, to: KubeObject, from?: KubeObject): Readonly<Record<string, string | null>> | undefined {
  const wanted = readSelector(to, 'spec.staticInstances.labelSelector')?.matchLabels ?? {};
  const change: Record<string, string | null> = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => labels[key] !== value));
  if (from !== undefined && takes(from, apply(labels, change))) {
    const former = readSelector(from, 'spec.staticInstances.labelSelector')?.matchLabels ?? {};
    for (const key of Object.keys(former)) if (wanted[key] === undefined) change[key] = null;
  }
  const result = apply(labels, change);
  return takes(to, result) && (from === undefined || !takes(from, result)) ? change : undefined;
}

function apply(labels: Labels, change: Readonly<Record<string, string | null>>): Labels {
  return Object.fromEntries(Object.entries({...labels, ...change}).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** What a credentialsRef holds. */
export function credentialsRef(name: string): Fields {
  return {apiVersion: 'deckhouse.io/v1alpha2', kind: 'SSHCredentials', name};
}
