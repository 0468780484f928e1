/** Bindings as values, stacked in layers; one dispatcher sends each key to the topmost layer that has it. */
import {type Key, latinKey} from './keys.ts';

export type Binding = {
  /** Stable, for remapping: `table.sort-next`. */
  readonly id: string;
  /** Key names as `Key.name` has them. */
  readonly keys: readonly string[];
  readonly title: string;
  readonly isInFooter?: boolean;
  /** A yes: only a key that came by itself gives it, never one of a chunk, which may have been pasted. */
  readonly isConsent?: boolean;
  /** The heading under which help lists it. */
  readonly group?: string;
  /** Why the key does nothing now; the dispatcher then tells `onDisabled` instead of running it. */
  readonly disabledReason?: string;
  run(): void;
};

export type Layer = {
  readonly bindings: readonly Binding[];
  /** Offered each key that no binding of this layer has; true when it was taken (text entry, or a layer that lets nothing through). */
  takesText?(key: Key): boolean;
};

export type Conflict = {readonly key: string; readonly ids: readonly string[]};

/** A binding with the keys that really lead to it now. */
export type BindingInForce = {readonly binding: Binding; readonly keys: readonly string[]};

export type LayerHandle = {replace(layer: Layer): void; remove(): void};

export type Dispatcher = {
  push(layer: Layer): LayerHandle;
  /** False when nobody wanted the key. */
  dispatch(key: Key): boolean;
  /** Other keys for some bindings, by id. Two bindings of one layer on one key are told; the first one listed has it. */
  remap(overrides: Readonly<Record<string, readonly string[]>>): readonly Conflict[];
  /** For footer and help: topmost layer first, without what an upper layer hides. */
  bindingsInForce(): readonly BindingInForce[];
};

type Held = {layer: Layer};

/** `onDisabled` hears of a key whose binding may not run now. */
export function createDispatcher(onDisabled: (binding: Binding) => void): Dispatcher {
  const stack: Held[] = [];
  let overrides: Readonly<Record<string, readonly string[]>> = {};
  const keysOf = (binding: Binding) => overrides[binding.id] ?? binding.keys;
  const bindingOf = (layer: Layer, name: string) => layer.bindings.find(binding => keysOf(binding).includes(name));
  const topFirst = () => stack.toReversed();

  function start(binding: Binding, {isInChunk}: Key): true {
    if (binding.isConsent === true && isInChunk === true) return true;
    if (binding.disabledReason === undefined) binding.run();
    else onDisabled(binding);
    return true;
  }

  return {
    push(layer) {
      const held = {layer};
      stack.push(held);
      return {
        replace(next) {
          held.layer = next;
        },
        remove() {
          const at = stack.indexOf(held);
          if (at >= 0) stack.splice(at, 1);
        },
      };
    },

    dispatch(key) {
      for (const {layer} of topFirst()) {
        const binding = bindingOf(layer, key.name);
        if (binding !== undefined) return start(binding, key);
        if (layer.takesText?.(key) === true) return true;
      }
      // Only a key that nobody has as typed is looked up by its place, so that '.' is '/' just where '.' means nothing.
      const latin = latinKey(key);
      if (latin === undefined) return false;
      for (const {layer} of topFirst()) {
        const binding = bindingOf(layer, latin.name);
        if (binding !== undefined) return start(binding, key);
      }
      return false;
    },

    remap(next) {
      overrides = next;
      return stack.flatMap(({layer}) => findConflicts(layer, keysOf));
    },

    bindingsInForce() {
      const layers = topFirst().map(held => held.layer);
      return layers.flatMap((layer, depth) => {
        const above = layers.slice(0, depth);
        return layer.bindings.flatMap(binding => {
          const keys = keysOf(binding).filter(name => bindingOf(layer, name) === binding && !above.some(upper => hides(upper, name)));
          return keys.length === 0 ? [] : [{binding, keys}];
        });
      });
    },
  };

  /** A layer that takes text is taken to want every key without ctrl or alt: asking it would type. */
  function hides(upper: Layer, name: string): boolean {
    return bindingOf(upper, name) !== undefined || (upper.takesText !== undefined && !/^(ctrl|alt)-/.test(name));
  }
}

function findConflicts(layer: Layer, keysOf: (binding: Binding) => readonly string[]): Conflict[] {
  const idsByKey = new Map<string, string[]>();
  for (const binding of layer.bindings) {
    for (const key of keysOf(binding)) idsByKey.set(key, [...(idsByKey.get(key) ?? []), binding.id]);
  }
  return [...idsByKey].filter(([, ids]) => ids.length > 1).map(([key, ids]) => ({key, ids}));
}
