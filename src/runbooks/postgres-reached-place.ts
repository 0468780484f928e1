/**
 * Reaches the claim that keeps a backup, through a helper pod. A pod may go at any time, with its node or because a gate stayed
 * open for long: every step that looks into the place makes it again first.
 */
import {type Fields, isFields, readField, readItems, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {backupMount} from '../domain/postgres/dump-commands.ts';
import {asWords, type Words} from '../domain/words.ts';
import {again, done, type KeyedStep, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {type KeeperRole, type KeptAt, keeperContainer, keeperRef} from './postgres-backup-place.ts';
import {helperContainer} from './postgres-helper-security.ts';

/** A helper that nobody takes away ends by itself. */
const keeperSecondsMax = 24 * 3600;
/** What a step may be tried where it says nothing, as the engine has it. */
const triesMax = 3;
/** Away with one that is spent, and a new one. */
const helperTriesMax = 2;

type Claim = Extract<KeptAt, {kind: 'pvc'}>;

/** None where the place is a folder. Before anything that hurts: whether the claim can be reached at all shows here. */
export function openPlaceSteps(place: KeptAt, role: KeeperRole): readonly KeyedStep[] {
  if (place.kind === 'file') return [];
  const {namespace, name} = place;
  const opened: KeyedStep = {
    id: `backup-${role}-opened`,
    effect: 'Keyed',
    title: {en: `Reach the claim ${namespace}/${name}`, ru: `Открыть доступ к PVC ${namespace}/${name}`},
    will: {
      en: `A helper pod in ${namespace} mounts the claim for the time; it is taken away at the end.`,
      ru: `Вспомогательный под в ${namespace} на время монтирует PVC; в конце он удаляется.`,
    },
    act: async () => [],
    undo: (reader, key) => removeHelper(reader, place, role, key),
    verify: async (_, {key}) =>
      done({
        en: `through ${namespace}/${keeperRef(place, role, key).name}`,
        ru: `через ${namespace}/${keeperRef(place, role, key).name}`,
      }),
    timeouts: {verify: 600},
    commands: [`kubectl get pvc -n ${namespace} ${name}`],
  };
  return reaching(place, role, [opened]);
}

/**
 * Steps that look into the place. As long as there is no helper their own act waits, so that `verify` must tell what was not
 * done yet (again) from what was done and went wrong.
 */
export function reaching(place: KeptAt, role: KeeperRole, steps: readonly KeyedStep[]): readonly KeyedStep[] {
  return place.kind === 'file' ? steps : steps.map(step => reachingStep(place, role, step));
}

function reachingStep(place: Claim, role: KeeperRole, step: KeyedStep): KeyedStep {
  return {
    ...step,
    act: async (reader, key) => {
      const pod = await reader.get(keeperRef(place, role, key));
      return standingOf(pod, reader.now()) === 'running' ? step.act(reader, key) : makeHelper(reader, place, role, key, pod);
    },
    verify: async (reader, past) => {
      const progress = await followHelper(reader, place, role, past.key);
      if (progress !== undefined) return progress;
      if (step.verify !== undefined) return step.verify(reader, past);
      return (await step.act(reader, past.key)).length === 0 ? done() : again({en: 'not done yet', ru: 'ещё не сделано'});
    },
    againMax: (step.againMax ?? triesMax) + helperTriesMax,
  };
}

async function makeHelper(
  reader: Reader,
  place: Claim,
  role: KeeperRole,
  key: string,
  pod: KubeObject | undefined,
): Promise<readonly KubeWrite[]> {
  const ref = keeperRef(place, role, key);
  switch (standingOf(pod, reader.now())) {
    case 'gone':
      return [{kind: 'create', ref, object: helperPod(place), isAside: true}];
    case 'spent':
      return removeHelper(reader, place, role, key);
    case 'leaving':
    case 'coming':
    case 'running':
      return [];
  }
}

/** undefined where it runs. */
async function followHelper(reader: Reader, place: Claim, role: KeeperRole, key: string): Promise<Progress | undefined> {
  const {name} = keeperRef(place, role, key);
  const pod = await reader.get(keeperRef(place, role, key));
  const standing = standingOf(pod, reader.now());
  switch (standing) {
    case 'gone':
    case 'spent':
      return again({
        en: `the helper ${name} is ${standing}`,
        ru: standing === 'gone' ? `вспомогательного пода ${name} нет` : `вспомогательный под ${name} отработал своё`,
      });
    case 'leaving':
      return waiting(helperRuns, {en: 'on its way out', ru: 'удаляется'});
    case 'coming':
      return waiting(helperRuns, sayPending(pod, place));
    case 'running':
      return undefined;
  }
}

const helperRuns: Words = {en: 'the helper runs', ru: 'вспомогательный под работает'};

type Standing = 'gone' | 'leaving' | 'spent' | 'coming' | 'running';

/** `spent`: ended, or so old that it may end in the middle of what it is reached for. */
function standingOf(pod: KubeObject | undefined, now: number): Standing {
  if (pod === undefined) return 'gone';
  if (pod.metadata.deletionTimestamp !== undefined) return 'leaving';
  const phase = readString(pod, 'status.phase');
  const age = now - Date.parse(pod.metadata.creationTimestamp ?? '');
  if (phase === 'Succeeded' || phase === 'Failed' || age > (keeperSecondsMax * 1000) / 2) return 'spent';
  return phase === 'Running' ? 'running' : 'coming';
}

export function closePlaceSteps(place: KeptAt, role: KeeperRole): readonly KeyedStep[] {
  if (place.kind === 'file') return [];
  return [
    {
      id: `backup-${role}-closed`,
      effect: 'Keyed',
      isHarmless: true,
      title: {en: 'Take the helper away', ru: 'Удалить вспомогательный под'},
      will: {
        en: `The claim ${place.namespace}/${place.name} stays with the backup.`,
        ru: `PVC ${place.namespace}/${place.name} с копией остаётся.`,
      },
      act: (reader, key) => removeHelper(reader, place, role, key),
      commands: [`kubectl delete pod -n ${place.namespace} -l app=deckhand-backup`],
    },
  ];
}

async function removeHelper(reader: Reader, place: Claim, role: KeeperRole, key: string): Promise<readonly KubeWrite[]> {
  const ref = keeperRef(place, role, key);
  const pod = await reader.get(ref);
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return [];
  return [{kind: 'delete', ref, uid: pod.metadata.uid, propagation: 'Background', gracePeriodSeconds: 1, isAside: true}];
}

function helperPod({name, image, pullSecrets, security}: Claim): Fields {
  return {
    metadata: {labels: {app: 'deckhand-backup'}},
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: keeperSecondsMax,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: security,
      imagePullSecrets: pullSecrets.map(secret => ({name: secret})),
      containers: [
        {
          name: keeperContainer,
          image,
          command: ['sleep', String(keeperSecondsMax)],
          ...helperContainer,
          volumeMounts: [{name: 'backup', mountPath: backupMount}],
        },
      ],
      volumes: [{name: 'backup', persistentVolumeClaim: {claimName: name}}],
    },
  };
}

function sayPending(pod: KubeObject | undefined, place: Claim): Words {
  const reasons = readItems(pod ?? {}, 'status.containerStatuses', item => {
    const state = readField(item, 'state.waiting');
    return isFields(state) ? (readString(state, 'reason') ?? '') : '';
  });
  const reason = reasons.find(each => each !== '');
  const phase = readString(pod, 'status.phase') ?? 'Pending';
  if (reason === undefined) return asWords(phase);
  if (reason !== 'ErrImagePull' && reason !== 'ImagePullBackOff') return asWords(`${phase}, ${reason}`);
  const {en, ru} = imageTrouble(place);
  return {en: `${phase}, ${reason}: ${en}`, ru: `${phase}, ${reason}: ${ru}`};
}

/** The helper has the image of the database's own pods, but stands in another namespace: a node may have the image, or not. */
function imageTrouble({namespace, image, pullSecrets}: Claim): Words {
  if (pullSecrets.length === 0) return {en: `${image} is not to be had in ${namespace}`, ru: `образ ${image} недоступен в ${namespace}`};
  const secrets = pullSecrets.join(', ');
  return {
    en: `copy the Secret ${secrets} of the database’s pods to ${namespace}, or ${image} is not to be had there`,
    ru: `скопируйте Secret ${secrets} подов базы в ${namespace}, иначе образ ${image} там недоступен`,
  };
}
