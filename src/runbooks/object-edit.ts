/** Changes any object by a JSON Patch that says what it was made of. */
import {canonicalJson} from '../domain/canonical-json.ts';
import type {Fields} from '../domain/fields.ts';
import {PatchError, type PatchOperation, readOperations, stepsOf} from '../domain/json-patch.ts';
import {changeOf, editConflicts, holdsEdit, requireFence, touchedValues} from '../domain/merge-edit.ts';
import {describeRef, type KindRef} from '../domain/object-ref.ts';
import {shortHash} from '../domain/short-hash.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {isManaged, managedNote, shellTarget} from './any-target.ts';
import {refuseSecrets} from './refuse-secrets.ts';

/** Fields of the server, and a status, which belongs to its controller. */
const foreign =
  /^\/(?:apiVersion|kind|status|metadata\/(?:name|namespace|uid|resourceVersion|generation|creationTimestamp|deletionTimestamp|managedFields))(?:\/|$)/;

export const objectEdit = defineRunbook({
  name: 'object-edit',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: {kind: 'any'},
  parameters: {
    patch: {
      type: 'list',
      isRequired: true,
      words: {
        en: 'JSON Patch with test operations on /metadata/uid and /metadata/resourceVersion',
        ru: 'JSON Patch с операциями test для /metadata/uid и /metadata/resourceVersion',
      },
    },
  },
  words: {
    title: {en: 'Edit an object', ru: 'Изменить объект'},
    why: {en: 'A field is to be another.', ru: 'Поле должно быть другим.'},
    will: {
      en: 'The fields of the patch are changed and nothing else. If somebody changed the same fields meanwhile, nothing is done.',
      ru: 'Меняются только поля из patch. Если кто-то успел изменить те же поля, ничего не делается.',
    },
    danger: {
      en: 'Controllers act on the change at once. Undo puts the old values back.',
      ru: 'Контроллеры сразу реагируют на изменение. Отмена вернёт прежние значения.',
    },
  },
  permissions: [{verbs: ['get', 'patch'], group: '*', resource: '*', scope: 'target'}],
  gather: async (reader, {target, parameters}) => {
    refuseKind(target.ref.kind);
    const live = await readTarget(reader, target);
    const operations = operationsOf(parameters.patch);
    const fence = fenceOf(operations);
    if (fence.uid !== live.metadata.uid) {
      throw new Refusal('TargetReplaced', {
        en: `${describeRef(target.ref)} was deleted and made anew since the patch was made: edit it again`,
        ru: `${describeRef(target.ref)} удалили и создали заново после того, как сделали патч: отредактируйте ещё раз`,
      });
    }
    refuseFields(target.ref.kind, operations);
    refuseConflicts(live, operations);
    if (Object.keys(changeIn(live, operations)).length === 0)
      throw new Refusal('NothingToDo', {en: 'the object is so already', ru: 'объект уже такой'});
    // Nothing of the rest of the object: it may change at any time, and the plan with it would be another.
    return {before: digestOf(live, operations), isManaged: isManaged(live)};
  },
  notes: ({facts}) => (facts.isManaged ? [managedNote] : []),
  steps: ({target, parameters, facts: {before}}) => [
    {
      id: 'edit',
      effect: 'K8sCas',
      title: {en: `Change ${describeRef(target.ref)}`, ru: `Изменить ${describeRef(target.ref)}`},
      will: {en: 'One patch.', ru: 'Один патч.'},
      act: async reader => {
        const live = await readTarget(reader, target);
        const operations = operationsOf(parameters.patch);
        if (digestOf(live, operations) === before) return [patchWrite(target, live, changeIn(live, operations))];
        if (holdsEdit(live, operations)) return [];
        throw new Refusal('EditConflict', {
          en: 'others changed the same fields since the plan was made: look at the object and edit it again',
          ru: 'после плана те же поля изменил кто-то ещё: посмотрите на объект и отредактируйте ещё раз',
        });
      },
      undo: 'inverse',
      commands: [`kubectl patch ${shellTarget(target.ref)} --type=json -p "$PATCH"`],
    },
  ],
});

/** The values themselves may hold secrets of which the edit says nothing: a list of containers with their environment. */
function digestOf(live: Fields, operations: readonly PatchOperation[]): string {
  return shortHash(canonicalJson(touchedValues(live, operations)));
}

function refuseKind({group, plural}: KindRef): void {
  if (group === 'rbac.authorization.k8s.io') {
    throw new Refusal('NotThroughRuns', {
      en: 'rights are changed under your own name, not with those of the engine: use kubectl edit',
      ru: 'права меняют от своего имени, а не с правами движка: нужен kubectl edit',
    });
  }
  if (group === 'deckhand.dev')
    throw new Refusal('NotThroughRuns', {
      en: 'records of runs are not edited: use pause, resume and abort',
      ru: 'записи о запусках не редактируют: есть pause, resume и abort',
    });
  if (group === '' && plural === 'secrets') {
    throw new Refusal('SecretValue', {
      en: 'values of Secrets must not stand in a run: use kubectl edit secret',
      ru: 'значениям Secret не место в запуске: нужен kubectl edit secret',
    });
  }
}

function operationsOf(list: readonly unknown[]): readonly PatchOperation[] {
  return asRefusal(() => readOperations(list));
}

function fenceOf(operations: readonly PatchOperation[]) {
  return asRefusal(() => requireFence(operations));
}

function refuseFields({plural}: KindRef, operations: readonly PatchOperation[]): void {
  for (const operation of operations) {
    const isChange = operation.op !== 'test';
    if (isChange && (operation.path === '' || foreign.test(operation.path))) {
      throw new Refusal('ForeignField', {
        en: `${operation.path || 'the whole object'} is not for people to change`,
        ru: `${operation.path || 'весь объект'} людям менять нельзя`,
      });
    }
    const name = stepsOf(operation.path).findLast(step => !/^(?:\d+|-)$/.test(step)) ?? '';
    if (operation.op !== 'remove') refuseSecrets(operation.value, name, `kubectl edit ${plural}`);
  }
}

function refuseConflicts(live: Fields, operations: readonly PatchOperation[]): void {
  const conflicts = editConflicts(live, operations);
  if (conflicts.length > 0)
    throw new Refusal('EditConflict', {
      en: `the object has changed since it was read: ${conflicts.join('; ')}`,
      ru: `объект изменился с тех пор, как его прочитали: ${conflicts.join('; ')}`,
    });
}

function changeIn(live: Fields, operations: readonly PatchOperation[]): Fields {
  return asRefusal(() => changeOf(live, operations));
}

function asRefusal<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof PatchError) throw new Refusal('BadPatch', error.message);
    throw error;
  }
}
