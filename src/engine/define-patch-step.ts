/** The commonest step: set fields of one object that is there, undone by putting back what stood there before. */
import type {Fields} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {PatchWrite} from '../domain/kube-write.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {describeRef} from '../domain/object-ref.ts';
import {Refusal} from './define-runbook.ts';
import type {CasStep, Target} from './define-step.ts';
import type {Reader} from './reader.ts';

export type PatchStepDefinition = Omit<CasStep, 'effect' | 'act' | 'undo'> & {
  /** 'inverse' where absent; 'none' where putting the fields back would not put back what they set going. */
  readonly undo?: CasStep['undo'] | 'none';
  /** '' as uid: whichever object bears the name. */
  readonly object: Target;
  /** A merge patch, or what makes one of the object as it is; undefined: nothing is left to be done. */
  readonly patch: Fields | ((live: KubeObject) => Fields | undefined);
};

export function patchStep({object, patch, undo = 'inverse', ...step}: PatchStepDefinition): CasStep {
  return {
    ...step,
    ...(undo === 'none' ? {} : {undo}),
    effect: 'K8sCas',
    act: async reader => {
      const live = await readTarget(reader, object);
      const wanted = typeof patch === 'function' ? patch(live) : patch;
      if (wanted === undefined || isPatched(live, wanted)) return [];
      return [patchWrite(object, live, wanted)];
    },
  };
}

export function patchWrite({ref}: Target, live: KubeObject, patch: Fields): PatchWrite {
  return {kind: 'patch', ref, uid: live.metadata.uid, resourceVersion: live.metadata.resourceVersion, patch};
}

/** Throws Refusal where the object is gone, or another one bears its name. */
export async function readTarget(reader: Reader, {ref, uid}: Target): Promise<KubeObject> {
  const live = await reader.get(ref);
  if (live === undefined)
    throw new Refusal('TargetGone', {
      en: `${describeRef(ref)} is gone: nothing was changed`,
      ru: `${describeRef(ref)} больше нет: ничего не изменено`,
    });
  if (uid !== '' && live.metadata.uid !== uid) {
    throw new Refusal('TargetReplaced', {
      en: `${describeRef(ref)} was deleted and made anew since the run was planned: start a new run`,
      ru: `${describeRef(ref)} после плана удалили и создали заново: начните новый запуск`,
    });
  }
  return live;
}

/** An annotation set ('' is a value) or, with null, removed. */
export function annotationPatch(annotations: Readonly<Record<string, string | null>>): Fields {
  return {metadata: {annotations}};
}
