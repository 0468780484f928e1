/** Module releases: which one runs, which was passed over, which is refused. */
import {judgeDeletion} from './deletion.ts';
import {phrase} from './messages/phrase.ts';
import {isNewer, type ModuleReleaseFacts, type ReleaseContext} from './module-release.ts';
import {judgePending} from './pending-release.ts';
import {type Verdict, verdictOf} from './verdict.ts';

export function judgeModuleRelease(facts: ModuleReleaseFacts, context: ReleaseContext): Verdict {
  if (facts.deletion !== undefined) return judgeDeletion(facts.deletion);
  const deployed = context.deployed?.get(facts.moduleName);
  const phase = facts.phase ?? '';
  switch (phase) {
    case '':
      return verdictOf('busy', phrase('verdict.release.new'));
    case 'Pending':
      if (deployed !== undefined && isNewer(deployed, facts.version)) return verdictOf('busy', phrase('verdict.release.tooOld', deployed));
      return judgePending(facts, context);
    case 'Deployed':
      return judgeDeployed(facts, deployed);
    case 'Superseded':
      // Older releases of the platform call a release superseded that was only passed over.
      if (deployed !== undefined && isNewer(facts.version, deployed))
        return verdictOf('ok', phrase('verdict.release.passedOver', deployed));
      return verdictOf('ok');
    case 'Skipped':
      return verdictOf('ok');
    case 'Suspended':
      return verdictOf('broken', phrase('verdict.release.suspended', facts.message));
    case 'Terminating':
      return verdictOf('busy', phrase('verdict.deleting'));
    default:
      return verdictOf('unknown', phrase('verdict.unknownPhase', phase));
  }
}

function judgeDeployed({version, isUpdating}: ModuleReleaseFacts, deployed: string | undefined): Verdict {
  if (deployed !== undefined && isNewer(deployed, version)) return verdictOf('busy', phrase('verdict.release.twoDeployed', deployed));
  return isUpdating ? verdictOf('busy', phrase('verdict.release.rollingOut')) : verdictOf('ok');
}
