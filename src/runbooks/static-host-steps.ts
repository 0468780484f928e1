/** Bringing a host under the platform's hand: its credentials, its StaticInstance, and one more in the count of its group. */
import type {Fields} from '../domain/fields.ts';
import {type ObjectRef, objectFor} from '../domain/object-ref.ts';
import {adoptAnnotation, credentialsRef, readStaticInstance} from '../domain/static-instance.ts';
import type {ParameterDefinition, ParametersOf} from '../engine/define-parameter.ts';
import {patchStep, patchWrite} from '../engine/define-patch-step.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import type {CasStep, Target} from '../engine/define-step.ts';
import {secretPlace} from '../engine/fill-secrets.ts';
import type {Reader} from '../engine/reader.ts';
import {credentialsKind, nodeGroupKind, readGroups, readNodes, readStaticInstances} from './node-kinds.ts';
import {countOf, followHost} from './static-hosts.ts';

export const credentialParameters = {
  credentials: {
    type: 'string',
    choices: async (reader: Reader) => (await reader.list(credentialsKind)).map(({metadata}) => metadata.name),
    words: {
      en: 'SSHCredentials to use; with user, the name of those to make (the host’s own where absent)',
      ru: 'Какие SSHCredentials использовать; вместе с user — имя создаваемых (без указания — имя сервера)',
    },
  },
  user: {
    type: 'string',
    words: {en: 'User to log in as: makes new SSHCredentials', ru: 'Пользователь SSH: будут созданы новые SSHCredentials'},
  },
  port: {type: 'integer', min: 1, max: 65_535, default: 22, words: {en: 'SSH port', ru: 'Порт SSH'}},
  privateKeyFrom: {
    type: 'secret',
    words: {en: 'Private key (PEM), as namespace/name/key of a Secret', ru: 'Закрытый ключ (PEM): namespace/имя/ключ секрета'},
  },
  sudoPasswordFrom: {
    type: 'secret',
    words: {en: 'Password for sudo, as namespace/name/key of a Secret', ru: 'Пароль sudo: namespace/имя/ключ секрета'},
  },
} as const satisfies Readonly<Record<string, ParameterDefinition>>;

export const addressPattern = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/;

export const hostPermissions: readonly Permission[] = [
  {verbs: ['get', 'create', 'delete'], group: 'deckhouse.io', resource: 'staticinstances', scope: 'target'},
  {verbs: ['get', 'list', 'create', 'delete'], group: 'deckhouse.io', resource: 'sshcredentials'},
  {verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'nodegroups'},
  {verbs: ['get'], group: '', resource: 'secrets', parameter: 'privateKeyFrom'},
  {verbs: ['get'], group: '', resource: 'secrets', parameter: 'sudoPasswordFrom'},
  readGroups,
  readNodes,
  readStaticInstances,
];

type CredentialsGiven = ParametersOf<typeof credentialParameters>;

export type CredentialsPlan = {readonly name: string; readonly isNew: boolean};

export async function planCredentials(reader: Reader, given: CredentialsGiven): Promise<CredentialsPlan> {
  const {user, privateKeyFrom, sudoPasswordFrom} = given;
  const name = given.credentials ?? given.target;
  const isThere = (await reader.get({kind: credentialsKind, name})) !== undefined;
  if (user === undefined) {
    if (privateKeyFrom !== undefined || sudoPasswordFrom !== undefined)
      throw new Refusal('NoUser', {
        en: 'a key or password needs the user that it is for',
        ru: 'ключу или паролю нужен user, для которого он',
      });
    if (given.credentials === undefined)
      throw new Refusal('NoCredentials', {
        en: 'name SSHCredentials that are there, or give user with a key or password',
        ru: 'назовите имеющиеся SSHCredentials или задайте user с ключом или паролем',
      });
    if (!isThere)
      throw new Refusal('NoCredentials', {
        en: `there are no SSHCredentials ${name}: give user with a key or password to make them`,
        ru: `нет SSHCredentials ${name}: задайте user с ключом или паролем, чтобы их создать`,
      });
    return {name, isNew: false};
  }
  if (privateKeyFrom === undefined && sudoPasswordFrom === undefined)
    throw new Refusal('NoSecret', {
      en: 'user needs privateKeyFrom or sudoPasswordFrom',
      ru: 'для user нужен privateKeyFrom или sudoPasswordFrom',
    });
  if (isThere)
    throw new Refusal('CredentialsExist', {
      en: `SSHCredentials ${name} are there already: leave user out to use them, or choose another name`,
      ru: `SSHCredentials ${name} уже есть: уберите user, чтобы взять их, или выберите другое имя`,
    });
  return {name, isNew: true};
}

export type HostFacts = {
  readonly group: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly credentials: CredentialsPlan;
  readonly count: number;
  readonly raiseTo: number | null;
};

export function hostSteps(target: Target, given: CredentialsGiven, facts: HostFacts, isAdopted: boolean): readonly CasStep[] {
  const {credentials, raiseTo} = facts;
  return [
    ...(credentials.isNew ? [credentialsStep(given, credentials.name)] : []),
    instanceStep(target.ref, facts, isAdopted),
    ...(raiseTo === null ? [] : [raiseStep(target.ref, facts, raiseTo)]),
    awaitStep(target.ref, facts.group),
  ];
}

function credentialsStep({user = '', port, privateKeyFrom, sudoPasswordFrom}: CredentialsGiven, name: string): CasStep {
  const ref = {kind: credentialsKind, name};
  const secret = (place: string | undefined) => place !== undefined && {...secretPlace(place), $as: 'base64'};
  const spec = {
    user,
    sshPort: port,
    ...(privateKeyFrom !== undefined && {privateSSHKey: secret(privateKeyFrom)}),
    ...(sudoPasswordFrom !== undefined && {sudoPasswordEncoded: secret(sudoPasswordFrom)}),
  };
  return {
    id: 'credentials',
    effect: 'K8sCas',
    title: {en: `Make SSHCredentials ${name}`, ru: `Создать SSHCredentials ${name}`},
    will: {
      en: 'The secret goes straight from its place into the object; nothing else keeps it.',
      ru: 'Секрет попадает в объект прямо из своего места; больше нигде не остаётся.',
    },
    danger: {
      en: 'The platform keeps these secrets readable in the object: whoever may read sshcredentials may read them.',
      ru: 'Платформа хранит эти секреты в самом объекте: их прочтёт всякий, кому доступны sshcredentials.',
    },
    act: async reader => ((await reader.get(ref)) === undefined ? [{kind: 'create', ref, object: {spec}}] : []),
    undo: 'inverse',
    commands: [credentialsCommand(name, user, port, privateKeyFrom, sudoPasswordFrom)],
  };
}

function credentialsCommand(name: string, user: string, port: number, key: string | undefined, password: string | undefined): string {
  const value = (field: string, place: string | undefined, variable: string) =>
    place === undefined ? '' : `\n  ${field}: $(${fetchCommand(variable)})`;
  return [
    'kubectl create -f - <<EOF',
    'apiVersion: deckhouse.io/v1alpha2',
    'kind: SSHCredentials',
    `metadata: {name: ${name}}`,
    'spec:',
    `  user: ${user}`,
    `  sshPort: ${port}${value('privateSSHKey', key, 'PRIVATE_KEY_FROM')}${value('sudoPasswordEncoded', password, 'SUDO_PASSWORD_FROM')}`,
    'EOF',
  ].join('\n');
}

/** Secrets hold base64 already, which is what the fields want. */
function fetchCommand(variable: string): string {
  const part = (index: number) => `"$(echo "$${variable}" | cut -d/ -f${index})"`;
  return `kubectl get secret -n ${part(1)} ${part(2)} -o go-template='{{index .data "'${part(3)}'"}}'`;
}

function instanceStep(ref: ObjectRef, {address, labels, credentials}: HostFacts, isAdopted: boolean): CasStep {
  const object = objectFor(ref, {
    metadata: {labels, ...(isAdopted && {annotations: {[adoptAnnotation]: ''}})},
    spec: {address, credentialsRef: credentialsRef(credentials.name)},
  });
  return {
    id: 'instance',
    isForeseeable: true,
    effect: 'K8sCas',
    title: {en: 'Make the StaticInstance', ru: 'Создать StaticInstance'},
    will: isAdopted
      ? {en: 'Marked as to be adopted: the host is not set up anew.', ru: 'С пометкой об усыновлении: сервер не настраивается заново.'}
      : {en: `${address}, with the labels that its group selects by.`, ru: `${address}, с метками, по которым выбирает группа.`},
    act: async reader => ((await reader.get(ref)) === undefined ? [{kind: 'create', ref, object}] : []),
    undo: async reader => {
      const live = await reader.get(ref);
      if (live === undefined) return [];
      requireUntaken(live);
      return [{kind: 'delete', ref, uid: live.metadata.uid, propagation: 'Background'}];
    },
    commands: [`kubectl create -f - <<'EOF'\n${JSON.stringify(object, null, 2)}\nEOF`],
  };
}

function raiseStep(host: ObjectRef, {group, count, raiseTo}: HostFacts, to: number): CasStep {
  const target = {ref: {kind: nodeGroupKind, name: group}, uid: ''};
  return patchStep({
    id: 'raise-count',
    isForeseeable: true,
    title: {en: `Let group ${group} take one more`, ru: `Разрешить группе ${group} ещё один сервер`},
    will: {en: `staticInstances.count becomes ${to}.`, ru: `staticInstances.count станет ${to}.`},
    object: target,
    patch: live => (countOf(live) >= to ? undefined : countPatch(to)),
    undo: async reader => {
      const [live, instance] = [await reader.get(target.ref), await reader.get(host)];
      if (instance !== undefined) requireUntaken(instance);
      return live === undefined || countOf(live) !== raiseTo ? [] : [patchWrite(target, live, countPatch(count))];
    },
    commands: [`kubectl patch ng ${group} --type=merge -p '${JSON.stringify(countPatch(to))}'`],
  });
}

export function countPatch(count: number): Fields {
  return {spec: {staticInstances: {count}}};
}

/** A lower count frees any host of the group, and one that runs may not be deleted. */
function requireUntaken(live: Fields & Parameters<typeof readStaticInstance>[0]): void {
  const {phase} = readStaticInstance(live);
  if (phase === '' || phase === 'Pending' || phase === 'Error') return;
  throw new Refusal('Taken', {
    en: `the host is ${phase} in its group already: static-node-remove takes it out`,
    ru: `сервер уже ${phase} в своей группе: вывести его — static-node-remove`,
  });
}

function awaitStep(ref: ObjectRef, group: string): CasStep {
  return {
    id: 'await-node',
    effect: 'K8sCas',
    title: {en: 'Wait for the node', ru: 'Дождаться узла'},
    will: {
      en: 'Nothing is written. The platform checks TCP and SSH, then sets the host up; it gives up after 20 minutes.',
      ru: 'Ничего не пишется. Платформа проверит TCP и SSH, затем настроит сервер; через 20 минут она сдаётся.',
    },
    act: () => Promise.resolve([]),
    verify: reader => followHost(reader, ref, group),
    timeouts: {verify: 1800},
    commands: [`kubectl wait staticinstance "$TARGET" --for=jsonpath='{.status.currentStatus.phase}'=Running --timeout=30m`],
  };
}
