/** Writes how a module stands; what stays the same keeps its time. */
import {type Fields, isFields, readList, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import type {Stage} from '../../life.ts';
import type {ModuleState} from '../../module-catalogue.ts';
import {moduleStatus} from '../../module-status.ts';
import {moduleRef} from '../../seed-modules.ts';

export type Shown = {
  readonly state: ModuleState;
  /** What is wrong, where the state has a text of its own. */
  readonly text?: string;
  readonly properties?: Fields;
  /** Conditions that are set beside those of the state: `EnabledByModuleConfig`, `IsOverridden`. */
  readonly also?: Readonly<Record<string, 'True' | 'False' | 'Unknown'>>;
};

export async function showModule(stage: Stage, name: string, shown: Shown): Promise<void> {
  const {client} = stage;
  const live = await client.find(moduleRef(name));
  if (live === undefined) return;
  const changed = shown.properties === undefined ? live : await client.patch(moduleRef(name), {properties: shown.properties});
  const version = readString(changed, 'properties.version');
  const row = {
    name,
    weight: 900,
    source: readString(changed, 'properties.source') ?? '',
    state: shown.state,
    ...(version !== undefined && {version}),
    ...(shown.text !== undefined && {text: shown.text}),
  };
  const nowIso = stage.nowIso();
  const status = moduleStatus(row, shown.state, nowIso, nowIso);
  const also = Object.entries(shown.also ?? {}).map(([type, is]) => ({
    type,
    status: is,
    lastProbeTime: nowIso,
    lastTransitionTime: nowIso,
  }));
  await client.patchStatus(moduleRef(name), {...status, conditions: merged(live, [...readList(status, 'conditions'), ...also])});
}

/** Later ones count; those that nothing is said of stay. */
function merged(live: KubeObject, said: readonly unknown[]): readonly Fields[] {
  const before = readList(live, 'status.conditions').filter(isFields);
  const found = new Map(before.map(condition => [readString(condition, 'type'), condition]));
  for (const condition of said.filter(isFields)) {
    const type = readString(condition, 'type');
    const old = before.find(each => each.type === type);
    const isSame = old !== undefined && old.status === condition.status;
    found.set(type, isSame ? {...condition, lastTransitionTime: old.lastTransitionTime} : condition);
  }
  return [...found.values()];
}
