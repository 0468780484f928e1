/**
 * A stand-in for Deckhouse as far as the module commander goes: it renders the module's objects out of its ModuleConfig, deletes
 * the namespace where the module is off, and answers for its queue. It is a client of any API server.
 */

import {canonicalJson} from '../../../domain/canonical-json.ts';
import type {Clock, Random} from '../../../domain/clock.ts';
import {readBoolean, readFields, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {sleep} from '../pause.ts';
import {type Draft, refOf, WorldClient} from '../world-client.ts';
import {commanderNames, databaseDraft, deploymentDrafts, keysDraft, namespaceDraft} from './commander-objects.ts';
import {type HearTrouble, type Running, startLoop} from './loop.ts';
import {unlessOutrun} from './objects.ts';

export type CommanderFaults = {
  /** At every converge the number of instances is what the module wants, whoever changed it. */
  resetsInstances?: boolean | undefined;
  /** A task of another module stands at the head of the queue and fails for ever. */
  isQueueStuck?: boolean | undefined;
  /** The namespace is left where it is. */
  keepsNamespace?: boolean | undefined;
};

export type CommanderParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a converge takes. */
  readonly convergeMs?: number;
  /** Between two converges without a change. */
  readonly everyMs?: number;
  readonly faults?: CommanderFaults;
  readonly onTrouble?: HearTrouble;
};

export type CommanderModule = Running & {
  /** Tasks in the queue `main`. */
  queueLength(): number;
};

const lookMs = 1000;
const configRef = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'};
const globalRef = {...configRef, name: 'global'};

export function startCommanderModule(parts: CommanderParts): CommanderModule {
  const {port, clock, faults = {}, convergeMs = 4000, everyMs = 60_000, onTrouble} = parts;
  const client = new WorldClient(port);
  let seen: string | undefined;
  let isConverging = false;
  const loop = startLoop({
    port,
    clock,
    who: 'commander',
    everyMs,
    hears: ['/apis/deckhouse.io/v1alpha1/moduleconfigs'],
    onTrouble,
    async work(signal) {
      const config = await client.find(configRef);
      const wish = await readWish(client, config);
      const isNew = canonicalJson(wish) !== seen;
      if (isNew && seen !== undefined) {
        isConverging = true;
        await sleep(clock, convergeMs, signal);
      }
      try {
        if (wish.isEnabled && (await isGoing(client))) return lookMs;
        if (wish.isEnabled) await converge(client, parts, wish, isNew && seen !== undefined);
        else if (faults.keepsNamespace !== true) await client.remove(refOf(namespaceDraft));
        seen = canonicalJson(wish);
      } finally {
        isConverging = false;
      }
      return undefined;
    },
  });
  return {stop: () => loop.stop(), queueLength: () => (isConverging ? 1 : 0) + (faults.isQueueStuck === true ? 1 : 0)};
}

export type CommanderWish = {
  readonly isEnabled: boolean;
  /** The database is Commander's own. */
  readonly isInternal: boolean;
  readonly storageClass: string;
  readonly instances: number;
};

async function readWish(client: WorldClient, config: KubeObject | undefined): Promise<CommanderWish> {
  const global = await client.find(globalRef);
  const settings = readFields(config, 'spec.settings');
  const isHighlyAvailable = readBoolean(settings, 'highAvailability') ?? readBoolean(global, 'spec.settings.highAvailability') ?? false;
  return {
    isEnabled: readBoolean(config, 'spec.enabled') === true,
    isInternal: readString(settings, 'postgres.mode') === 'Internal',
    storageClass: readString(settings, 'postgres.internal.storageClass') ?? '',
    instances: isHighlyAvailable ? 2 : 1,
  };
}

/** What was turned off a moment ago is still on its way out. */
async function isGoing(client: WorldClient): Promise<boolean> {
  return (await client.find(refOf(namespaceDraft)))?.metadata.deletionTimestamp !== undefined;
}

async function converge(client: WorldClient, parts: CommanderParts, wish: CommanderWish, isNew: boolean): Promise<void> {
  const {random, faults = {}} = parts;
  await ensure(client, namespaceDraft);
  if ((await client.find(refOf(keysDraft({})))) === undefined) await ensure(client, keysDraft(newKeys(random)));
  for (const draft of deploymentDrafts(wish)) await ensure(client, draft);
  if (!wish.isInternal) return;
  const draft = databaseDraft(wish);
  const live = await client.find(refOf(draft));
  if (live === undefined) {
    await ensure(client, draft);
    return;
  }
  const mustCount = faults.resetsInstances === true;
  const storageClass = readString(live, 'spec.volume.storageClass') ?? '';
  if (storageClass === wish.storageClass && !mustCount && !isNew) return;
  const change = {
    volume: {storageClass: wish.storageClass === '' ? null : wish.storageClass},
    ...(mustCount && {numberOfInstances: wish.instances}),
  };
  await client.patch(refOf(draft), {spec: change});
}

async function ensure(client: WorldClient, draft: Draft): Promise<void> {
  if ((await client.find(refOf(draft))) === undefined) await unlessOutrun(client.create(draft));
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function newKeys(random: Random): Record<string, string> {
  const word = () => Array.from({length: 32}, () => letters[Math.floor(random() * letters.length)] ?? 'a').join('');
  return Object.fromEntries(commanderNames.keys.map(name => [name, word()]));
}
