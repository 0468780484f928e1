/** Contract: admission policies that mean nothing are kept out. */
import {describe, expect, test} from 'vitest';
import type {ContractClient, Json} from './contract-client.ts';

export const policiesPath = '/apis/admissionregistration.k8s.io/v1';

export function policyFormContract(api: () => ContractClient): void {
  describe('an admission policy', () => {
    test.each<[string, 'validating' | 'mutating', Json, string, RegExp]>([
      [
        'does not compile',
        'validating',
        {validations: [{expression: 'object.x ='}]},
        'spec.validations[0].expression',
        /compilation failed: ERROR: <input>/,
      ],
      [
        'asks for what is not there',
        'validating',
        {validations: [{expression: "request.nope == 'x'"}]},
        'spec.validations[0].expression',
        /undefined field 'nope'/,
      ],
      [
        'says neither yes nor no',
        'validating',
        {validations: [{expression: 'request.name'}]},
        'spec.validations[0].expression',
        /must evaluate to bool but got string/,
      ],
      [
        'makes no text of its message',
        'validating',
        {validations: [{expression: 'true', messageExpression: '1'}]},
        'spec.validations[0].messageExpression',
        /must evaluate to string but got int/,
      ],
      [
        'knows no such reason',
        'validating',
        {validations: [{expression: 'true', reason: 'Because'}]},
        'spec.validations[0].reason',
        /Unsupported value: "Because": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"/,
      ],
      ['validates nothing', 'validating', {}, 'spec.validations', /validations or auditAnnotations must contain at least one item/],
      [
        'is about nothing',
        'validating',
        {validations: [{expression: 'true'}], matchConstraints: undefined},
        'spec.matchConstraints',
        /Required/,
      ],
      [
        'has a broken variable',
        'validating',
        {variables: [{name: 'a', expression: 'b'}], validations: [{expression: 'true'}]},
        'spec.variables[0].expression',
        /undeclared reference to 'b' \(in container ''\)/,
      ],
      [
        'has a broken condition',
        'validating',
        {matchConditions: [{name: 'a', expression: '1'}], validations: [{expression: 'true'}]},
        'spec.matchConditions[0].expression',
        /must evaluate to bool but got int/,
      ],
      ['changes nothing', 'mutating', {reinvocationPolicy: 'Never'}, 'spec.mutations', /mutations must contain at least one item/],
      [
        'makes no patches',
        'mutating',
        {reinvocationPolicy: 'Never', mutations: [{patchType: 'JSONPatch', jsonPatch: {expression: 'true'}}]},
        'spec.mutations[0].jsonPatch.expression',
        /must evaluate to list\(JSONPatch\) but got bool/,
      ],
    ])('one that %s is refused', async (_, kind, spec, field, message) => {
      const {status, body} = await api().post(`${policiesPath}/${kind}admissionpolicies`, {
        metadata: {name: 'contract-broken'},
        spec: {matchConstraints: aboutResources('nobody.example.com', ['CREATE'], ['*']), ...spec},
      });
      expect(status, JSON.stringify(body)).toBe(422);
      const cause = body.details.causes.find((candidate: Json) => candidate.field === field);
      expect(cause?.message, JSON.stringify(body.details.causes)).toMatch(message);
    });

    test('a binding says what it does, and its policy need not be there yet', async () => {
      const at = `${policiesPath}/validatingadmissionpolicybindings`;
      const bind = (spec: object) => api().post(`${at}?dryRun=All`, {metadata: {name: 'contract-none'}, spec});
      expect((await bind({policyName: 'none', validationActions: ['Deny']})).status).toBe(201);
      expect((await bind({policyName: 'none', validationActions: []})).body.message).toContain(
        'at least one validation action is required',
      );
      expect((await bind({policyName: 'none', validationActions: ['Deny', 'Warn']})).body.message).toContain(
        'must not contain both Deny and Warn',
      );
      expect((await bind({validationActions: ['Deny']})).body.details.causes[0]).toMatchObject({field: 'spec.policyName'});
    });
  });
}

export function aboutResources(group: string, operations: readonly string[], resources: readonly string[]): object {
  return {resourceRules: [{apiGroups: [group], apiVersions: ['v1'], operations, resources}]};
}
