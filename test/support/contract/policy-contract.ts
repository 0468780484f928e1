/** Contract: admission policies, which change what comes in and refuse what they do not like. */
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {Answer, ContractClient, ContractTarget, Json} from './contract-client.ts';
import {clientsOf, rbacGroup, rbacPath} from './contract-rights.ts';
import {crdsPath} from './gizmo-crd.ts';
import {aboutResources, policiesPath as policies} from './policy-form-contract.ts';

const group = 'policy.contract.example.com';
const kinds = ['mutatingadmissionpolicy', 'validatingadmissionpolicy'] as const;

export function policyContract(api: () => ContractClient, target: () => ContractTarget): void {
  const as = clientsOf(target);

  describe('admission policies', () => {
    let path = '';
    let namespace = '';

    beforeAll(async () => {
      await api().create(crdsPath, crd);
      namespace = await api().namespace();
      path = `/apis/${group}/v1/namespaces/${namespace}/asks`;
      await api().until(path, answer => answer.status === 200);
      const rules = [{apiGroups: [group], resources: ['*'], verbs: ['*']}];
      await api().create(`${rbacPath}/clusterroles`, {metadata: {name: 'contract-asks'}, rules});
      await api().create(`${rbacPath}/clusterrolebindings`, {
        metadata: {name: 'contract-asks'},
        roleRef: {apiGroup: rbacGroup, kind: 'ClusterRole', name: 'contract-asks'},
        subjects: [{kind: 'User', name: 'helper', apiGroup: rbacGroup}],
      });
      await install('validating', 'contract-prove', {
        matchConstraints: about(['CREATE', 'UPDATE']),
        matchConditions: [{name: 'not-free', expression: '!(has(object.spec.free) && object.spec.free)'}],
        variables: [
          {name: 'by', expression: 'has(object.spec.by) ? object.spec.by : "nobody"'},
          {name: 'isMine', expression: 'variables.by == request.userInfo.username'},
        ],
        validations: [
          {expression: 'variables.isMine', messageExpression: '"by must be " + request.userInfo.username', reason: 'Forbidden'},
          {expression: "request.operation == 'CREATE'", message: 'an ask never changes'},
          {expression: '!has(object.spec.note) || object.spec.note.size() < 10'},
          {expression: '!has(object.spec.count) || object.spec.list[object.spec.count] == "x"'},
        ],
      });
      await install('validating', 'contract-keep', {
        matchConstraints: about(['DELETE']),
        validations: [{expression: '!has(oldObject.spec.kept) || object != null', message: 'it is kept'}],
      });
      await install('mutating', 'contract-stamp', {
        matchConstraints: about(['CREATE']),
        reinvocationPolicy: 'Never',
        mutations: [
          {
            patchType: 'JSONPatch',
            jsonPatch: {
              expression:
                'has(object.spec.by) ? [] : [JSONPatch{op: "add", path: "/spec/by", value: request.userInfo.username}, JSONPatch{op: "add", path: "/spec/who", value: {"user": dyn(request.userInfo.username), "groups": dyn(request.userInfo.groups)}}]',
            },
          },
        ],
      });
      await eventually(async () => (await dry({})).body.spec?.by === 'helper');
      await eventually(async () => (await dry({by: 'x'})).status === 403);
      await eventually(async () => (await api().remove(`${path}/${await kept()}`)).status === 422);
    });
    afterAll(async () => {
      for (const kind of kinds) {
        for (const name of ['contract-prove', 'contract-keep', 'contract-stamp']) {
          await api().remove(`${policies}/${kind.replace(/y$/, 'ies')}/${name}`);
          await api().remove(`${policies}/${kind}bindings/${name}`);
        }
      }
      await api().remove(`${rbacPath}/clusterrolebindings/contract-asks`);
      await api().remove(`${rbacPath}/clusterroles/contract-asks`);
      await api().remove(`${crdsPath}/asks.${group}`);
    });

    test('stamp who asks, whole', async () => {
      const {status, body} = await post('stamped', {});
      expect(status).toBe(201);
      expect(body.spec).toEqual({by: 'helper', who: {user: 'helper', groups: ['helpers', 'night-shift', 'system:authenticated']}});
    });

    test('refuse what is not true, in the words of the message and with its reason', async () => {
      const {status, body} = await post('lie', {by: 'reader'});
      const why = "ValidatingAdmissionPolicy 'contract-prove' with binding 'contract-prove' denied request: by must be helper";
      expect(status).toBe(403);
      expect(body).toMatchObject({
        reason: 'Forbidden',
        message: `asks.${group} "lie" is forbidden: ${why}`,
        details: {name: 'lie', group, kind: 'asks', causes: [{message: why}]},
      });
    });

    test('without a reason they call it invalid; without a message they say the expression', async () => {
      const {status, body} = await post('long', {note: 'x'.repeat(20)});
      expect(status).toBe(422);
      expect(body).toMatchObject({
        code: 422,
        reason: 'Invalid',
        message: `asks.${group} "long" is forbidden: ValidatingAdmissionPolicy 'contract-prove' with binding 'contract-prove' denied request: failed expression: !has(object.spec.note) || object.spec.note.size() < 10`,
      });
    });

    test('an expression without an answer refuses', async () => {
      const {body} = await post('answerless', {count: 0});
      expect(body.message).toContain(
        `denied request: expression '!has(object.spec.count) || object.spec.list[object.spec.count] == "x"' resulted in error: no such key: list`,
      );
    });

    test('refuse updates, patches and deletions alike', async () => {
      await post('fixed', {});
      const patched = await as('helper').patch(`${path}/fixed`, 'merge', {spec: {note: 'y'}});
      expect(patched.status).toBe(422);
      expect(patched.body.message).toContain('denied request: an ask never changes');
      const {body} = await as('helper').get(`${path}/fixed`);
      expect((await as('helper').put(`${path}/fixed`, {...body, spec: {...body.spec, note: 'y'}})).body.reason).toBe('Invalid');
      const deleted = await as('helper').remove(`${path}/${await kept()}`);
      expect(deleted.body.message).toContain(
        "ValidatingAdmissionPolicy 'contract-keep' with binding 'contract-keep' denied request: it is kept",
      );
      expect((await as('helper').remove(`${path}/fixed`)).status).toBe(200);
    });

    test('conditions leave a request alone', async () => {
      expect((await post('free', {free: true, by: 'anybody'})).status).toBe(201);
    });

    test('a dry run is judged and stamped as well', async () => {
      expect((await dry({})).body.spec.by).toBe('helper');
      expect((await dry({by: 'reader'})).status).toBe(403);
    });

    test('the schema comes before the validating ones', async () => {
      const {body} = await post('bad', {by: 'reader', note: 5});
      expect(body.details.causes[0]).toMatchObject({reason: 'FieldValueTypeInvalid', field: 'spec.note'});
    });

    test('a binding may only warn', async () => {
      await install(
        'validating',
        'contract-warn',
        {matchConstraints: about(['CREATE'], ['murmurs']), validations: [{expression: 'false', message: 'hm'}]},
        ['Warn'],
      );
      const murmurs = `/apis/${group}/v1/namespaces/${namespace}/murmurs`;
      await api().create(crdsPath, {
        ...crd,
        metadata: {name: `murmurs.${group}`},
        spec: {...crd.spec, names: {plural: 'murmurs', kind: 'Murmur'}},
      });
      await api().until(murmurs, answer => answer.status === 200);
      let tries = 0;
      const warned = async () => {
        const body = {...ask(`m-${++tries}`, {}), kind: 'Murmur'};
        return (await api().post(murmurs, body)).headers.warning;
      };
      await expect
        .poll(warned, {timeout: 20_000})
        .toBe("299 - \"Validation failed for ValidatingAdmissionPolicy 'contract-warn' with binding 'contract-warn': hm\"");
      await api().remove(`${policies}/validatingadmissionpolicies/contract-warn`);
      await api().remove(`${policies}/validatingadmissionpolicybindings/contract-warn`);
      await api().remove(`${crdsPath}/murmurs.${group}`);
    });

    test('what a policy leaves out is filled in', async () => {
      const {body} = await api().get(`${policies}/validatingadmissionpolicies/contract-keep`);
      expect(body.spec).toMatchObject({
        failurePolicy: 'Fail',
        matchConstraints: {matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, resourceRules: [{scope: '*'}]},
      });
    });

    function ask(name: string, spec: object): Json {
      return {apiVersion: `${group}/v1`, kind: 'Ask', metadata: {name}, spec};
    }

    function post(name: string, spec: object): Promise<Answer> {
      return as('helper').post(path, ask(name, spec));
    }

    function dry(spec: object): Promise<Answer> {
      return as('helper').post(`${path}?dryRun=All`, ask('dry', spec));
    }

    async function kept(): Promise<string> {
      await api().post(path, ask('kept', {kept: true, free: true}));
      return 'kept';
    }

    async function install(kind: 'validating' | 'mutating', name: string, spec: object, actions = ['Deny']): Promise<void> {
      await api().create(`${policies}/${kind}admissionpolicies`, {metadata: {name}, spec});
      const validationActions = kind === 'validating' ? {validationActions: actions} : {};
      await api().create(`${policies}/${kind}admissionpolicybindings`, {metadata: {name}, spec: {policyName: name, ...validationActions}});
    }
  });
}

const about = (operations: readonly string[], resources: readonly string[] = ['asks']) => aboutResources(group, operations, resources);

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await isSo()).toBe(true), {timeout: 30_000, interval: 250});
}

const spec = {
  type: 'object',
  properties: {
    by: {type: 'string'},
    note: {type: 'string'},
    free: {type: 'boolean'},
    kept: {type: 'boolean'},
    count: {type: 'integer'},
    who: {type: 'object', properties: {user: {type: 'string'}, groups: {type: 'array', items: {type: 'string'}}}},
  },
};

const crd = {
  metadata: {name: `asks.${group}`},
  spec: {
    group,
    scope: 'Namespaced',
    names: {plural: 'asks', kind: 'Ask'},
    versions: [{name: 'v1', served: true, storage: true, schema: {openAPIV3Schema: {type: 'object', properties: {spec}}}}],
  },
};
