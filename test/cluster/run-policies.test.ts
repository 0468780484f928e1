/** The policies of runs and approvals on a real API server. */
import {describeRunPolicies} from '../support/contract/run-policies-contract.ts';
import {startControlPlane} from '../support/control-plane/start.ts';

describeRunPolicies(() => startControlPlane({users: [{name: 'ivan', groups: ['dev', 'ops']}]}));
