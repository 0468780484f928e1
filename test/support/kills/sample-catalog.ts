/** The catalogue of runbooks, and one more for each effect class that it lacks: what a program that kills are tried on has. */
import {type ObjectRef, objectKey} from '../../../src/domain/object-ref.ts';
import {asWords} from '../../../src/domain/words.ts';
import {annotationPatch, patchStep} from '../../../src/engine/define-patch-step.ts';
import {defineRunbook, type Runbook} from '../../../src/engine/define-runbook.ts';
import {done, waiting} from '../../../src/engine/define-step.ts';
import {findRunbook as findOwn, runbooks as own} from '../../../src/runbooks/catalog.ts';
import {nodeTarget} from '../../../src/runbooks/targets.ts';

const text = {en: 'A sample.', ru: 'Пример.'};
const words = {title: text, why: text, will: text, danger: text};
const accountKind = {group: '', version: 'v1', plural: 'serviceaccounts', kind: 'ServiceAccount', isNamespaced: true};

/** Makes an object whose name follows from the key, without looking first: the server tells the second from the first. */
export const sampleKeyed = defineRunbook({
  name: 'sample-keyed',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: nodeTarget,
  parameters: {},
  words,
  permissions: [{verbs: ['get', 'create'], group: '', resource: 'serviceaccounts', scope: {namespace: 'default'}}],
  gather: async () => ({}),
  steps: ({target}) => [
    {
      id: 'make',
      effect: 'Keyed',
      title: text,
      will: text,
      act: async (_, key) => [{kind: 'create', ref: accountRef(key), object: {metadata: {labels: {node: target.ref.name}}}}],
      verify: async (reader, {key}) => {
        const account = await reader.get(accountRef(key));
        return account === undefined ? waiting(asWords('the account'), asWords('nothing')) : done();
      },
      commands: [],
    },
  ],
});

function accountRef(key: string): ObjectRef {
  return {kind: accountKind, namespace: 'default', name: `made-${key.replace('/', '-')}`};
}

/** A person says that something was done; what follows stands on it. */
export const sampleHuman = defineRunbook({
  name: 'sample-human',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: nodeTarget,
  parameters: {},
  words,
  permissions: [{verbs: ['get', 'patch'], group: '', resource: 'nodes', scope: 'target'}],
  gather: async () => ({}),
  steps: ({target}) => [
    {id: 'look', effect: 'HumanConfirmed', title: text, will: text, ask: {en: `Look at ${objectKey(target.ref)}.`, ru: '—'}, commands: []},
    patchStep({
      id: 'mark',
      title: text,
      will: text,
      object: target,
      patch: annotationPatch({'example.com/looked-at': 'yes'}),
      commands: [],
    }),
  ],
});

export const runbooks: readonly Runbook[] = [...own, sampleKeyed, sampleHuman];

export function findRunbook(name: string): Runbook | undefined {
  return [sampleKeyed, sampleHuman].find(runbook => runbook.name === name) ?? findOwn(name);
}
