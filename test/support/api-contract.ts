/**
 * What a Kubernetes API server does, as far as this project relies on it: one suite for the embedded server and for a
 * real kube-apiserver with its controller manager. A difference is a bug of ours or a line in docs/embedded-limits.md.
 */
import {afterAll, beforeAll, describe} from 'vitest';
import {applyContract} from './contract/apply-contract.ts';
import {applyListContract} from './contract/apply-list-contract.ts';
import {ContractClient, type ContractTarget} from './contract/contract-client.ts';
import {crdContract} from './contract/crd-contract.ts';
import {deletionContract} from './contract/deletion-contract.ts';
import {dryRunContract} from './contract/dry-run-contract.ts';
import {evictionContract} from './contract/eviction-contract.ts';
import {fieldValidationContract} from './contract/field-validation-contract.ts';
import {formContract} from './contract/form-contract.ts';
import {listContract} from './contract/list-contract.ts';
import {objectContract} from './contract/object-contract.ts';
import {patchContract} from './contract/patch-contract.ts';
import {policyContract} from './contract/policy-contract.ts';
import {policyFormContract} from './contract/policy-form-contract.ts';
import {reviewContract} from './contract/review-contract.ts';
import {rightsContract} from './contract/rights-contract.ts';
import {roleContract} from './contract/role-contract.ts';
import {ruleContract} from './contract/rule-contract.ts';
import {sizeContract} from './contract/size-contract.ts';
import {watchContract} from './contract/watch-contract.ts';
import {watchListContract} from './contract/watch-list-contract.ts';

export function describeApiContract(name: string, connect: () => Promise<ContractTarget>): void {
  describe(name, () => {
    let target: ContractTarget | undefined;
    const connected = (): ContractTarget => {
      if (target === undefined) throw new Error(`${name} was not reached`);
      return target;
    };
    const api = () => new ContractClient(connected().port);

    beforeAll(async () => {
      target = await connect();
    });
    afterAll(async () => {
      await target?.close();
    });

    objectContract(api);
    patchContract(api);
    dryRunContract(api);
    applyContract(api);
    applyListContract(api);
    fieldValidationContract(api);
    listContract(api, connected);
    watchContract(api, connected);
    watchListContract(api);
    formContract(api);
    sizeContract(api);
    deletionContract(api);
    evictionContract(api);
    crdContract(api);
    ruleContract(api);
    rightsContract(api, connected);
    roleContract(api, connected);
    reviewContract(api, connected);
    policyContract(api, connected);
    policyFormContract(api);
  });
}
