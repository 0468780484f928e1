/** What a newer channel has that the one before had not: the next minor version of the module. */
import type {Stage} from '../../life.ts';
import {releaseDraft} from '../../seed-releases.ts';
import {phaseOf, versionOf} from './deploy-release.ts';
import type {ModuleWorld} from './module-world.ts';

/** From the steadiest to the newest. */
const channels = ['Lts', 'RockSolid', 'Stable', 'EarlyAccess', 'Beta', 'Alpha'];

export async function announceNewer(stage: Stage, {name, module, releases, channel, policy}: ModuleWorld, source: string): Promise<void> {
  const isNewer = channels.indexOf(channel) > channels.indexOf(module.releaseChannel ?? 'Stable');
  const deployed = releases.findLast(release => phaseOf(release) === 'Deployed');
  if (!isNewer || deployed === undefined || releases.some(release => phaseOf(release) === 'Pending')) return;
  const [major = '0', minor = '0'] = versionOf(deployed).split('.');
  const version = `${major}.${Number(minor) + 1}.0`;
  const transitionTime = stage.nowIso();
  const facts = {module: name, version, source, weight: module.weight ?? 900, transitionTime, policy: policy.name};
  await stage.client.create(releaseDraft({...facts, phase: 'Pending', message: '', cause: 'from deployed'}));
}
