/** A release of the platform itself in short. */
import {readBoolean, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';

export type DeckhouseReleaseFacts = {
  /** With its leading v. */
  readonly version: string;
  readonly phase: string | undefined;
  readonly message: string;
  readonly isApproved: boolean;
  readonly isDisruptionApproved: boolean;
  /** apply-now or force: windows, delays and approval do not count. */
  readonly isUrgent: boolean;
  /** What the release would disrupt, in the platform's words; undefined where it does not ask for consent to that. */
  readonly disruption: string | undefined;
};

const prefix = 'release.deckhouse.io/';

export function readDeckhouseRelease(object: KubeObject): DeckhouseReleaseFacts {
  const {annotations} = object.metadata;
  const has = (name: string) => annotations?.[`${prefix}${name}`] === 'true';
  const message = readString(object, 'status.message') ?? '';
  return {
    version: readString(object, 'spec.version') ?? '',
    phase: readString(object, 'status.phase'),
    message,
    isApproved: readBoolean(object, 'approved') === true || has('approved'),
    isDisruptionApproved: has('disruption-approved'),
    isUrgent: has('apply-now') || has('force'),
    disruption: disruptionIn(message),
  };
}

/** `release blocked, disruption approval required: (`kubectl annotate …`): <reason>`, the command being left out by some versions. */
function disruptionIn(message: string): string | undefined {
  const match = /disruption approval required:?\s*(?:\(`[^`]*`\):\s*)?(.*)$/s.exec(message);
  return match?.[1];
}
