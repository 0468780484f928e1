/** Brings an earlier pod template of a workload back. */
import {canonicalJson} from '../domain/canonical-json.ts';
import {readFields} from '../domain/fields.ts';
import {holdsValue} from '../domain/holds-value.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {diffPatch} from '../domain/merge-patch.ts';
import {type PodRevision, readRevision, readRevisions} from '../domain/pod-revision.ts';
import {shortHash} from '../domain/short-hash.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {findAny, isManaged, managedNote, shellTarget} from './any-target.ts';
import {followRollout, readWorkload, refuseUnlessRolling, workloadPermissions} from './workload.ts';
import {controllerRevisionKind, replicaSetKind} from './workload-kinds.ts';

export const workloadRollback = defineRunbook({
  name: 'workload-rollback',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: {kind: 'any'},
  parameters: {
    revision: {
      type: 'integer',
      min: 1,
      words: {en: 'the revision; without it the one before', ru: 'ревизия; без неё — предыдущая'},
      choices: async (reader, given) => {
        const workload = await findAny(reader, String(given.target));
        return workload === undefined ? [] : (await listRevisions(reader, workload)).map(({number}) => String(number));
      },
      isClosed: true,
    },
  },
  words: {
    title: {en: 'Roll a workload back', ru: 'Откатить workload'},
    why: {en: 'The last rollout made things worse.', ru: 'Последняя выкатка сделала хуже.'},
    will: {
      en: 'The pod template of the revision is put in place and rolled out; the run waits for the last pod.',
      ru: 'Ставится шаблон пода этой ревизии и выкатывается; запуск ждёт последнего пода.',
    },
    danger: {
      en: 'ConfigMaps, Secrets and data are not rolled back. Whoever deploys from Git will bring the newer one back.',
      ru: 'ConfigMap, Secret и данные не откатываются. Выкатка из Git вернёт новую версию.',
    },
  },
  permissions: [
    ...workloadPermissions,
    {verbs: ['get', 'list'], group: 'apps', resource: 'replicasets', scope: 'target'},
    {verbs: ['get', 'list'], group: 'apps', resource: 'controllerrevisions', scope: 'target'},
  ],
  exampleFacts: {revision: 1, from: '$REVISION', current: 2, replaced: '', isManaged: false},
  gather: async (reader, {target, parameters: {revision}}) => {
    const workload = await readWorkload(reader, target, ['Deployment', 'StatefulSet', 'DaemonSet']);
    refuseUnlessRolling(workload);
    const revisions = await listRevisions(reader, workload);
    const chosen = choose(revisions, revision);
    if (sameTemplate(workload, chosen))
      throw new Refusal('NothingToDo', {
        en: `the template is that of revision ${chosen.number} already`,
        ru: `шаблон уже от ревизии ${chosen.number}`,
      });
    const replaced = shortHash(canonicalJson(readFields(workload, 'spec.template')));
    return {revision: chosen.number, from: chosen.name, current: revisions[0]?.number ?? 0, replaced, isManaged: isManaged(workload)};
  },
  notes: ({facts}) => [
    {en: `Revision ${facts.current} → ${facts.revision}`, ru: `Ревизия ${facts.current} → ${facts.revision}`},
    ...(facts.isManaged ? [managedNote] : []),
  ],
  steps: ({target, facts: {revision, from, replaced}}) => [
    {
      id: 'rollback',
      effect: 'K8sCas',
      title: {en: `Put the template of revision ${revision} in place`, ru: `Поставить шаблон ревизии ${revision}`},
      will: {en: `It is read from ${from}.`, ru: `Берётся из ${from}.`},
      act: async reader => {
        const live = await readTarget(reader, target);
        const {kind, namespace = ''} = target.ref;
        const source = await reader.get({kind: revisionKind(kind.kind), namespace, name: from});
        if (source === undefined)
          throw new Refusal('RevisionGone', {
            en: `revision ${revision} was cleaned up meanwhile: choose another`,
            ru: `ревизию ${revision} тем временем удалили: выберите другую`,
          });
        const [template, wanted] = [readFields(live, 'spec.template'), readRevision(source).template];
        if (shortHash(canonicalJson(template)) === replaced)
          return [patchWrite(target, live, {spec: {template: diffPatch(template, wanted)}})];
        if (holdsValue(template, wanted)) return [];
        throw new Refusal('TemplateChanged', {
          en: 'somebody else has changed the pod template since the plan was made: start a new run',
          ru: 'после плана шаблон пода изменил кто-то ещё: начните новый запуск',
        });
      },
      undo: 'inverse',
      verify: (reader, past) => followRollout(reader, target, past),
      timeouts: {verify: 1800},
      commands: [
        `kubectl rollout undo ${shellTarget(target.ref)} --to-revision=${revision}`,
        `kubectl rollout status ${shellTarget(target.ref)}`,
      ],
    },
  ],
});

function revisionKind(kind: string) {
  return kind === 'Deployment' ? replicaSetKind : controllerRevisionKind;
}

async function listRevisions(reader: Reader, workload: KubeObject): Promise<readonly PodRevision[]> {
  const {namespace} = workload.metadata;
  if (namespace === undefined) return [];
  return readRevisions(workload, await reader.list(revisionKind(workload.kind ?? ''), {namespace}));
}

function choose(revisions: readonly PodRevision[], wanted: number | undefined): PodRevision {
  const chosen = wanted === undefined ? revisions[1] : revisions.find(({number}) => number === wanted);
  if (chosen !== undefined) return chosen;
  const known = revisions.map(({number}) => number).join(', ') || 'none';
  throw new Refusal('NoRevision', {
    en: wanted === undefined ? `there is no earlier revision (kept: ${known})` : `there is no revision ${wanted}; kept: ${known}`,
    ru: wanted === undefined ? `более ранней ревизии нет (хранятся: ${known})` : `нет ревизии ${wanted}; хранятся: ${known}`,
  });
}

function sameTemplate(workload: KubeObject, {template}: PodRevision): boolean {
  return Object.keys(diffPatch(readFields(workload, 'spec.template'), template)).length === 0;
}
