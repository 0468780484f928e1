/** A small claim of the class, mounted once, before anything depends on it: a class that gives no disks must be known while the old ones are there. */
import type {Fields} from '../domain/fields.ts';
import {readField, readFields, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {Effect} from '../domain/kube-write.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import {done, failed, type KeyedStep, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {anyMember, imageOf, runIdOf} from './postgres-backup-place.ts';
import {helperContainer, helperIdentity} from './postgres-helper-security.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {claimKind, podKind} from './workload-kinds.ts';

export type Canary = {
  readonly database: DatabaseName;
  readonly newClass: string;
  /** Why a claim is not bound, as far as it may be asked. */
  readonly warningOf?: (reader: Reader, claim: string) => Promise<string>;
};

/** What the trial asks for. */
export const canaryBytes = 2 ** 30;

const canarySeconds = 600;
const trialGone = 'trial-claim-gone';
const lifeSeconds = 3600;
const missing = 'missing';

/** Beside the database: where its own disks will be made. */
function refsOf({namespace}: DatabaseName, key: string): {readonly claim: ObjectRef; readonly pod: ObjectRef} {
  const name = `deckhand-canary-${runIdOf(key)}`;
  return {claim: {kind: claimKind, namespace, name}, pod: {kind: podKind, namespace, name}};
}

export function canarySteps({database, newClass, warningOf}: Canary): readonly KeyedStep[] {
  return [
    {
      id: 'class-tried',
      effect: 'Keyed',
      title: {en: `Try the class ${newClass}`, ru: `Проверить класс ${newClass}`},
      will: {
        en: 'A claim of 1 Gi and a pod that mounts it are made beside the database, and taken away again.',
        ru: 'Рядом с базой создаются PVC на 1 Gi и под, который его монтирует; затем они удаляются.',
      },
      act: async (reader, key) => {
        const {claim, pod} = refsOf(database, key);
        const effects: Effect[] = [];
        if ((await reader.get(claim)) === undefined) effects.push({kind: 'create', ref: claim, object: claimOf(newClass)});
        if ((await reader.get(pod)) === undefined)
          effects.push({kind: 'create', ref: pod, object: await podOf(reader, database, claim.name)});
        return effects;
      },
      undo: (reader, key) => removal(reader, database, key),
      verify: (reader, past) => follow(reader, database, past, warningOf),
      timeouts: {verify: canarySeconds},
      leaves: [
        {
          words: {
            en: `the claim of the trial stays: kubectl delete pod,pvc -n ${database.namespace} -l app=deckhand-canary`,
            ru: `пробный PVC остаётся: kubectl delete pod,pvc -n ${database.namespace} -l app=deckhand-canary`,
          },
          until: [trialGone],
        },
      ],
      commands: [`kubectl get storageclass ${newClass}`],
    },
    {
      id: trialGone,
      effect: 'Keyed',
      title: {en: 'Take the trial claim away', ru: 'Удалить пробный PVC'},
      will: {en: 'The class gives disks.', ru: 'Класс выдаёт диски.'},
      act: (reader, key) => removal(reader, database, key),
      undo: (reader, key) => removal(reader, database, key),
      commands: [],
    },
  ];
}

function claimOf(storageClassName: string): Fields {
  return {
    metadata: {labels: {app: 'deckhand-canary'}},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName, resources: {requests: {storage: '1Gi'}}},
  };
}

async function podOf(reader: Reader, database: DatabaseName, claimName: string): Promise<Fields> {
  const member = await anyMember(reader, database);
  return {
    metadata: {labels: {app: 'deckhand-canary'}},
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: lifeSeconds,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      ...placeOf(member),
      containers: [
        {
          name: 'canary',
          image: imageOf(member),
          command: ['sleep', String(lifeSeconds)],
          ...helperContainer,
          volumeMounts: [{name: 'disk', mountPath: '/disk'}],
        },
      ],
      volumes: [{name: 'disk', persistentVolumeClaim: {claimName}}],
    },
  };
}

/** Where the database may stand, and as whom its image may run: a trial elsewhere would prove nothing. */
function placeOf(member: KubeObject): Fields {
  const {imagePullSecrets, nodeSelector, tolerations} = readFields(member, 'spec');
  const nodeAffinity = readField(member, 'spec.affinity.nodeAffinity');
  const affinity = nodeAffinity === undefined ? undefined : {nodeAffinity};
  const given = Object.entries({imagePullSecrets, nodeSelector, tolerations, affinity}).filter(([, value]) => value !== undefined);
  return {...Object.fromEntries(given), securityContext: helperIdentity(member)};
}

async function follow(reader: Reader, database: DatabaseName, {key}: StepPast, warningOf: Canary['warningOf']): Promise<Progress> {
  const {claim, pod} = refsOf(database, key);
  const bound = readString((await reader.get(claim)) ?? {}, 'status.phase') ?? missing;
  const phase = readString((await reader.get(pod)) ?? {}, 'status.phase') ?? missing;
  if (phase === 'Failed' || phase === 'Succeeded')
    return failed('TrialEnded', {
      en: `the pod of the trial has ended: delete ${pod.name} and retry`,
      ru: `под пробы завершился: удалите ${pod.name} и повторите шаг`,
    });
  if (phase === 'Running' && bound === 'Bound') return done({en: 'the class gives disks', ru: 'класс выдаёт диски'});
  const warning = bound === 'Bound' ? '' : ((await warningOf?.(reader, claim.name)) ?? '');
  const why = warning === '' ? '' : `: ${warning}`;
  return waiting(
    {en: 'a pod that runs on a disk of the class', ru: 'под, работающий на диске этого класса'},
    {en: `claim ${bound}, pod ${phase}${why}`, ru: `PVC ${stateIn(bound)}, под ${stateIn(phase)}${why}`},
  );
}

function stateIn(phase: string): string {
  return phase === missing ? 'отсутствует' : phase;
}

async function removal(reader: Reader, database: DatabaseName, key: string): Promise<readonly Effect[]> {
  const {claim, pod} = refsOf(database, key);
  const effects: Effect[] = [];
  for (const ref of [pod, claim]) {
    const live = await reader.get(ref);
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) continue;
    effects.push({kind: 'delete', ref, uid: live.metadata.uid, propagation: 'Background', gracePeriodSeconds: 1});
  }
  return effects;
}
