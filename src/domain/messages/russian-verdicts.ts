/** In Russian: the reasons of verdicts: short enough for a table cell, first word in lower case, no full stop. */
import {humanDuration} from '../age.ts';
import type {englishVerdicts} from './english-verdicts.ts';
import type {CataloguePart} from './phrase.ts';
import {expectedInRussian} from './russian-forms.ts';
import {counted, countedOf, formOf} from './russian-plural.ts';

const weekdays = ['вс', 'пн', 'вт', 'ср', 'чт', 'пт', 'сб'];

export const russianVerdicts: CataloguePart<typeof englishVerdicts> = {
  'verdict.unreadable': (field, expected) => `не читается: в поле ${field} ожидается ${expectedInRussian(expected)}`,
  'verdict.noStatus': () => 'статуса ещё нет',
  'verdict.unknownPhase': phase => `фаза ${phase} здесь незнакома`,
  'verdict.deleting': () => 'удаляется',
  'verdict.deletingHeld': finalizers => `удаляется, держит ${listed(finalizers)}`,

  'verdict.module.notEnabled': () => 'выключен',
  'verdict.module.askedButNotInEdition': () => 'включён, но в эту редакцию не входит',
  'verdict.module.turningOff': () => 'выключается',
  'verdict.module.startsNext': () => 'включён, запустится следующим',
  'verdict.module.conflict': sources => `есть в ${listed(sources)}: укажите один источник в его ModuleConfig`,
  'verdict.module.sourceError': error => `его источник: ${error}`,
  'verdict.module.nextSync': () => 'включён, релиз придёт при следующей синхронизации источника',
  'verdict.module.noRelease': () => 'включён, но релиза нет ни в одном источнике',
  'verdict.module.downloading': () => 'скачивается',
  'verdict.module.downloadFailed': text => after('не скачался', text),
  'verdict.module.installing': () => 'устанавливается',
  'verdict.module.reconciling': () => 'применяет изменения',
  'verdict.module.hooksDone': () => 'стартовые хуки прошли, раскатывается',
  'verdict.module.hookFailed': () => 'упал хук: подробности в его логе',
  'verdict.module.failed': () => 'упал без сообщения: подробности в логе',
  'verdict.module.readinessUnknown': () => 'готовность неизвестна',
  'verdict.module.overridden': () => 'подменён через ModulePullOverride',
  'verdict.module.updateAfterReady': version => `обновление${to(version)} ждёт готовности текущей версии`,
  'verdict.module.updateRequires': version => `обновление${to(version)}: не выполнены требования`,
  'verdict.module.updatePostponed': version => `обновление${to(version)} ждёт окна или подтверждения`,
  'verdict.module.updateSettings': version => `обновление${to(version)} не принимает настройки из ModuleConfig`,

  'verdict.source.firstSync': () => 'первая синхронизация',
  'verdict.source.neverSynced': intervalMs => `просрочен: не синхронизировался ни разу, должен каждые ${humanDuration(intervalMs)}`,
  'verdict.source.overdue': intervalMs => `просрочен: должен синхронизироваться каждые ${humanDuration(intervalMs)}`,
  'verdict.source.moduleErrors': modules =>
    `${formOf(modules.length, 'не читается', 'не читаются', 'не читаются')} ${counted(modules.length, 'модуль', 'модуля', 'модулей')}: ${listed(modules)}`,

  'verdict.release.new': () => 'ещё не рассмотрен',
  'verdict.release.starting': () => 'сейчас будет установлен',
  'verdict.release.tooOld': deployed => `старше установленного ${v(deployed)}, будет пропущен`,
  'verdict.release.twoDeployed': deployed => `${v(deployed)} тоже установлен и вытесняет его`,
  'verdict.release.rollingOut': () => 'установлен, модуль перезапускается',
  'verdict.release.passedOver': deployed => `пропущен: новее установленного ${v(deployed)}`,
  'verdict.release.suspended': text => after('отклонён окончательно', text),
  'verdict.release.approval': () => 'нужно подтверждение человека',
  'verdict.release.disruption': text => after('простой ждёт согласования человеком', text),
  'verdict.release.ignored': () => 'политика обновлений Ignore: ничего не ставится',
  'verdict.release.noSuchPolicy': policy => `политики обновлений ${policy} нет`,
  'verdict.release.noPolicy': () => 'нет подходящей политики обновлений: создайте ModuleUpdatePolicy',
  'verdict.release.policyForbidden': () => 'чего ждёт, неизвестно: нет прав читать политики обновлений',
  'verdict.release.afterReady': version => `сначала ${version === '' ? 'модуль должен стать готовым' : `должна стать готовой ${version}`}`,
  'verdict.release.afterRelease': version => `сначала должна быть установлена ${version}`,
  'verdict.release.gap': text => `не хватает промежуточного релиза: ${text}`,
  'verdict.release.window': opensAt => `окно обновлений откроется ${moment(opensAt)}`,
  'verdict.release.windowNeverOpens': () => 'окно обновлений не откроется: from должно быть раньше to, в один день UTC',

  'verdict.disruption.byHand': () => 'нужно подтвердить disruption',
  'verdict.disruption.soon': () => 'disruption сейчас будет подтверждён',
  'verdict.disruption.window': opensAt => `окно для disruption откроется ${moment(opensAt)}`,
  'verdict.disruption.neverOpens': () => 'окно для disruption не откроется никогда',

  'verdict.group.machineFailed': (machine, text) => after(`машина ${machine}`, text),
  'verdict.group.creating': () => 'создаются машины',
  'verdict.group.tooFewReady': (ready, wanted) => `мало готовых узлов: ${ready} из ${wanted}`,
  'verdict.group.cordoned': () => 'мало узлов для подов: выведенные (cordon) не в счёт',
  'verdict.group.readyUnknown': () => 'готовность неизвестна',
  'verdict.group.notReady': (missing, nodes) =>
    `${formOf(missing, 'не готов', 'не готовы', 'не готово')} ${missing} из ${countedOf(nodes, 'узла', 'узлов')}`,
  'verdict.group.updating': (upToDate, nodes) => `обновляется: ${upToDate} из ${countedOf(nodes, 'узла', 'узлов')} на новой версии`,
  'verdict.group.scaling': (nodes, desired) => `меняет размер: с ${nodes} до ${countedOf(desired, 'узла', 'узлов')}`,
  'verdict.group.notSynced': () => 'последнее изменение ещё не применено',

  'verdict.node.noReady': () => 'kubelet ещё не отчитался',
  'verdict.node.joining': () => 'входит в кластер',
  'verdict.node.notReady': text => after('не готов', text),
  'verdict.node.silent': text => after('молчит', text),
  'verdict.node.trouble': (type, text) => after(type, text),
  'verdict.node.drainFailed': text => after('drain не удался', text),
  'verdict.node.waitsForTurn': () => 'новая конфигурация, очередь в группе ещё не дошла',
  'verdict.node.draining': () => 'идёт drain',
  'verdict.node.drained': () => 'drain завершён, дальше сам',
  'verdict.node.drainedByHand': () => 'drain сделан вручную: по окончании работ сделайте uncordon',
  'verdict.node.disrupted': () => 'disruption подтверждён, выполняется',
  'verdict.node.updating': () => 'применяет новую конфигурацию',
  'verdict.node.noChecksum': () => 'конфигурация ни разу не применилась до конца: смотрите bashible на узле',
  'verdict.node.toBeUpdated': () => 'новую конфигурацию ещё не взял',
  'verdict.node.updateForbidden': () => 'готов; обновлён ли, неизвестно: нет прав читать',
  'verdict.node.updateUnknown': () => 'готов; что актуально, для его группы не опубликовано',
  'verdict.node.leaving': () => 'удаляется автомасштабированием',
  'verdict.node.rebootAsked': () => 'запрошена перезагрузка',
  'verdict.node.cordoned': () => 'cordon: новых подов не берёт до uncordon',

  'verdict.instance.blocked': text => after('drain невозможен', text),
  'verdict.instance.machineError': () => 'машина упала без сообщения',
  'verdict.instance.bashibleError': () => 'bashible упал без сообщения',
  'verdict.instance.updateApproval': () => 'обновление слишком долго не подтверждают',
  'verdict.instance.disruptionApproval': () => 'нужно подтвердить disruption',
  'verdict.instance.agentSilent': () => 'bashible молчит',
  'verdict.instance.machineUnknown': () => 'состояние машины неизвестно',
  'verdict.instance.starting': phase => phase,
  'verdict.instance.bootstrapping': command => `bootstrap, лог: ${command}`,

  'verdict.pod.nodeLost': node => `узел ${node} потерян`,
  'verdict.pod.failed': (word, text) => after(word, text),
  'verdict.pod.gated': () => 'удержан своими scheduling gates',
  'verdict.pod.unschedulable': text => after('не встаёт ни на один узел', text),
  'verdict.pod.container': (container, word, text) => after(`${container}: ${word}`, text),
  'verdict.pod.gates': gates => `контейнеры работают, readiness gates ${gates}`,
  'verdict.pod.notReady': (ready, total) =>
    `${formOf(ready, 'готов', 'готовы', 'готово')} ${ready} из ${countedOf(total, 'контейнера', 'контейнеров')}`,

  'verdict.container.notStarted': () => 'не запущен',
  'verdict.container.failed': (word, text) => after(word, text),
  'verdict.container.initRuns': () => 'работает до старта остальных',
  'verdict.container.notReady': () => 'работает, не готов',

  'verdict.event.notRepeated': () => 'не повторилось',

  'verdict.generic.column': (title, value) => `${title}: ${value}`,
  'verdict.generic.ratio': (ready, wanted) => `${formOf(ready, 'готов', 'готовы', 'готово')} ${ready} из ${wanted}`,
};

/** The cluster's own words come on one line. */
function after(what: string, text: string): string {
  return text === '' ? what : `${what}: ${text.replace(/\s+/g, ' ').trim()}`;
}

function to(version: string): string {
  return version === '' ? '' : ` до ${version}`;
}

function v(version: string): string {
  return version.startsWith('v') ? version : `v${version}`;
}

/** Cells are short: three names, then how many more. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} и ещё ${names.length - 3}` : shown;
}

/** Windows open within a week, so weekday and time are enough. */
function moment(at: number): string {
  const date = new Date(at);
  return `${weekdays[date.getUTCDay()]} ${date.toISOString().slice(11, 16)} UTC`;
}
