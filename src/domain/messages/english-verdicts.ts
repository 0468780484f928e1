/** The reasons of verdicts: short enough for a table cell, first word in lower case, no full stop. */
import {humanDuration} from '../age.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export const englishVerdicts = {
  'verdict.unreadable': (field: string, expected: string) => `unreadable: field ${field} is not ${expected}`,
  'verdict.noStatus': () => 'nothing reported yet',
  'verdict.unknownPhase': (phase: string) => `phase ${phase} is not known here`,
  'verdict.deleting': () => 'deleting',
  'verdict.deletingHeld': (finalizers: readonly string[]) => `deleting, held by ${listed(finalizers)}`,

  'verdict.module.notEnabled': () => 'not enabled',
  'verdict.module.askedButNotInEdition': () => 'enabled, but not part of this edition',
  'verdict.module.turningOff': () => 'being turned off',
  'verdict.module.startsNext': () => 'enabled, starts next',
  'verdict.module.conflict': (sources: readonly string[]) => `offered by ${listed(sources)}: its ModuleConfig must name one`,
  'verdict.module.sourceError': (error: string) => `its source: ${error}`,
  'verdict.module.nextSync': () => 'enabled, its source brings the release at its next sync',
  'verdict.module.noRelease': () => 'enabled, but no source has brought a release',
  'verdict.module.downloading': () => 'downloading',
  'verdict.module.downloadFailed': (text: string) => after('download failed', text),
  'verdict.module.installing': () => 'installing',
  'verdict.module.reconciling': () => 'applying changes',
  'verdict.module.hooksDone': () => 'start hooks done, rolling out',
  'verdict.module.hookFailed': () => 'a hook failed: its log says more',
  'verdict.module.failed': () => 'failed without a message: its log says more',
  'verdict.module.readinessUnknown': () => 'its readiness cannot be told',
  'verdict.module.overridden': () => 'overridden by a ModulePullOverride',
  'verdict.module.updateAfterReady': (version: string) => `update${to(version)} waits until the running version is ready`,
  'verdict.module.updateRequires': (version: string) => `update${to(version)} has requirements that are not met`,
  'verdict.module.updatePostponed': (version: string) => `update${to(version)} waits for its window or an approval`,
  'verdict.module.updateSettings': (version: string) => `update${to(version)} does not accept the settings in ModuleConfig`,

  'verdict.source.firstSync': () => 'first sync',
  'verdict.source.neverSynced': (intervalMs: number) => `overdue: never synced, should every ${humanDuration(intervalMs)}`,
  'verdict.source.overdue': (intervalMs: number) => `overdue: should sync every ${humanDuration(intervalMs)}`,
  'verdict.source.moduleErrors': (modules: readonly string[]) => `${counted(modules.length, 'module')} cannot be read: ${listed(modules)}`,

  'verdict.release.new': () => 'not looked at yet',
  'verdict.release.starting': () => 'about to be installed',
  'verdict.release.tooOld': (deployed: string) => `older than the deployed ${v(deployed)}, will be skipped`,
  'verdict.release.twoDeployed': (deployed: string) => `${v(deployed)} is deployed too and supersedes it`,
  'verdict.release.rollingOut': () => 'deployed, the module is restarting',
  'verdict.release.passedOver': (deployed: string) => `skipped: newer than the deployed ${v(deployed)}`,
  'verdict.release.suspended': (text: string) => after('refused for good', text),
  'verdict.release.approval': () => 'waits for approval by a person',
  'verdict.release.disruption': (text: string) => after('disruption waits for approval by a person', text),
  'verdict.release.ignored': () => 'its update policy is Ignore: nothing is installed',
  'verdict.release.noSuchPolicy': (policy: string) => `update policy ${policy} does not exist`,
  'verdict.release.noPolicy': () => 'no update policy applies: create a ModuleUpdatePolicy',
  'verdict.release.policyForbidden': () => 'what it waits for is not known: update policies may not be read',
  'verdict.release.afterReady': (version: string) => `waits until ${version === '' ? 'the module' : version} is ready`,
  'verdict.release.afterRelease': (version: string) => `waits until ${version} is deployed`,
  'verdict.release.gap': (text: string) => `a release between is missing: ${text}`,
  'verdict.release.window': (opensAt: number) => `waits for the update window, opens ${moment(opensAt)}`,
  'verdict.release.windowNeverOpens': () => 'its update window never opens: from must be before to, on one UTC day',

  'verdict.disruption.byHand': () => 'a disruption waits for approval by a person',
  'verdict.disruption.soon': () => 'a disruption is about to be approved',
  'verdict.disruption.window': (opensAt: number) => `a disruption waits for the window, opens ${moment(opensAt)}`,
  'verdict.disruption.neverOpens': () => 'a disruption waits for a window that never opens',

  'verdict.group.machineFailed': (machine: string, text: string) => after(`machine ${machine}`, text),
  'verdict.group.creating': () => 'creating machines',
  'verdict.group.tooFewReady': (ready: number, wanted: number) => `too few nodes are ready: ${ready} of ${wanted}`,
  'verdict.group.cordoned': () => 'too few nodes take pods: cordoned ones do not count',
  'verdict.group.readyUnknown': () => 'its readiness cannot be told',
  'verdict.group.notReady': (missing: number, nodes: number) => `${missing} of ${counted(nodes, 'node')} not ready`,
  'verdict.group.updating': (upToDate: number, nodes: number) => `updating: ${upToDate} of ${counted(nodes, 'node')} up to date`,
  'verdict.group.scaling': (nodes: number, desired: number) => `scaling from ${nodes} to ${counted(desired, 'node')}`,
  'verdict.group.notSynced': () => 'the last change is not applied yet',

  'verdict.node.noReady': () => 'the kubelet has not reported',
  'verdict.node.joining': () => 'joining the cluster',
  'verdict.node.notReady': (text: string) => after('not ready', text),
  'verdict.node.silent': (text: string) => after('not heard of', text),
  'verdict.node.trouble': (type: string, text: string) => after(type, text),
  'verdict.node.drainFailed': (text: string) => after('drain failed', text),
  'verdict.node.waitsForTurn': () => 'has a new configuration, waits for its turn in the group',
  'verdict.node.draining': () => 'draining',
  'verdict.node.drained': () => 'drained, goes on by itself',
  'verdict.node.drainedByHand': () => 'drained by a person: uncordon it when the work is done',
  'verdict.node.disrupted': () => 'disruption approved, being carried out',
  'verdict.node.updating': () => 'applying its new configuration',
  'verdict.node.noChecksum': () => 'its configuration was never applied to the end: see bashible on the node',
  'verdict.node.toBeUpdated': () => 'has not picked up its new configuration yet',
  'verdict.node.updateForbidden': () => 'ready; whether it is up to date may not be read',
  'verdict.node.updateUnknown': () => 'ready; what is up to date is not published for its group',
  'verdict.node.leaving': () => 'being removed by the autoscaler',
  'verdict.node.rebootAsked': () => 'a reboot is asked for',
  'verdict.node.cordoned': () => 'cordoned: takes no new pods until it is uncordoned',

  'verdict.instance.blocked': (text: string) => after('cannot be drained', text),
  'verdict.instance.machineError': () => 'its machine failed without a message',
  'verdict.instance.bashibleError': () => 'bashible failed without a message',
  'verdict.instance.updateApproval': () => 'an update waits for approval for too long',
  'verdict.instance.disruptionApproval': () => 'a disruption waits for approval',
  'verdict.instance.agentSilent': () => 'bashible was not heard of',
  'verdict.instance.machineUnknown': () => 'the state of its machine cannot be told',
  'verdict.instance.starting': (phase: string) => phase,
  'verdict.instance.bootstrapping': (command: string) => `bootstrapping, log: ${command}`,

  'verdict.pod.nodeLost': (node: string) => `its node ${node} is lost`,
  'verdict.pod.failed': (word: string, text: string) => after(word, text),
  'verdict.pod.gated': () => 'held back by its scheduling gates',
  'verdict.pod.unschedulable': (text: string) => after('no node takes it', text),
  'verdict.pod.container': (container: string, word: string, text: string) => after(`${container}: ${word}`, text),
  'verdict.pod.gates': (gates: string) => `containers run, readiness gates ${gates}`,
  'verdict.pod.notReady': (ready: number, total: number) => `${ready} of ${counted(total, 'container')} ready`,

  'verdict.container.notStarted': () => 'not started',
  'verdict.container.failed': (word: string, text: string) => after(word, text),
  'verdict.container.initRuns': () => 'runs before the others start',
  'verdict.container.notReady': () => 'running, not ready',

  'verdict.event.notRepeated': () => 'not repeated',

  'verdict.generic.column': (title: string, value: string) => `${title} is ${value}`,
  'verdict.generic.ratio': (ready: number, wanted: number) => `${ready} of ${wanted} ready`,
};

/** The cluster's own words come on one line. */
function after(what: string, text: string): string {
  return text === '' ? what : `${what}: ${text.replace(/\s+/g, ' ').trim()}`;
}

function to(version: string): string {
  return version === '' ? '' : ` to ${version}`;
}

function v(version: string): string {
  return version.startsWith('v') ? version : `v${version}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Cells are short: three names, then how many more. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Windows open within a week, so weekday and time are enough. */
function moment(at: number): string {
  const date = new Date(at);
  return `${weekdays[date.getUTCDay()]} ${date.toISOString().slice(11, 16)} UTC`;
}
