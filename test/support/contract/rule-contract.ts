/** Contract: rules in CEL that a CRD carries, asked of its objects and of what they were before. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {ContractClient, Json} from './contract-client.ts';
import {crdsPath} from './gizmo-crd.ts';

const group = 'contract.example.com';

export function ruleContract(api: () => ContractClient): void {
  describe('rules in CEL', () => {
    const name = `ruleds.${group}`;
    let path = '';

    beforeAll(async () => {
      await api().create(crdsPath, crd('ruled', schema));
      const root = `/apis/${group}/v1`;
      path = `${root}/namespaces/${await api().namespace()}/ruleds`;
      await api().until(path, answer => answer.status === 200);
    });
    afterAll(async () => {
      await api().remove(`${crdsPath}/${name}`);
    });

    test('are asked on creation; a message of the rule is the refusal', async () => {
      const answer = await post('broken', {min: 5, max: 1});
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({
        reason: 'Invalid',
        message: `Ruled.${group} "broken" is invalid: spec: Invalid value: min is above max`,
        details: {causes: [{reason: 'FieldValueInvalid', message: 'Invalid value: min is above max', field: 'spec'}]},
      });
    });

    test('say the rule where they have no message, and quote a plain value', async () => {
      expect((await post('word', {word: 'x'})).body.message).toContain('spec.word: Invalid value: "x": failed rule: self.size() > 1');
    });

    test('make their message, name another field and another reason', async () => {
      expect((await post('said', {word: 'bad'})).body.details.causes).toEqual([
        {reason: 'FieldValueForbidden', message: 'Forbidden: the word is bad', field: 'spec.word'},
      ]);
    });

    test('see the root with its name', async () => {
      expect((await post('a-name-that-is-too-long', {})).body.message).toBe(
        `Ruled.${group} "a-name-that-is-too-long" is invalid: <nil>: Invalid value: name too long`,
      );
    });

    test('see maps, lists, sets and texts', async () => {
      expect((await post('maps', {labels: {a: 'x', b: ''}})).body.message).toContain(
        'spec.labels[b]: Invalid value: "": must not be empty',
      );
      expect((await post('lists', {tags: ['A', 'b']})).body.message).toContain('spec.tags: Invalid value: tags are lower case');
      expect((await post('fine', {labels: {a: 'x'}, tags: ['b', 'a'], word: 'xy', wait: '1m'})).status).toBe(201);
      expect((await post('slow', {wait: '2h'})).body.message).toContain('spec.wait: Invalid value: "2h": at most an hour');
    });

    test('are left alone, aloud, when the object does not fit its schema', async () => {
      const {body} = await post('unfit', {min: 'x', max: 1});
      expect(body.details.causes.at(-1)).toEqual({
        reason: 'FieldValueInvalid',
        message:
          'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
        field: '<nil>',
      });
    });

    test('compare free-form parameters with what they were', async () => {
      await create('params', {parameters: {a: [1, {b: 1.5}], c: null}});
      const at = `${path}/params`;
      expect((await api().patch(at, 'merge', {metadata: {labels: {a: 'b'}}})).status).toBe(200);
      const refused = await api().patch(at, 'merge', {spec: {parameters: {a: [1, {b: 2}]}}});
      expect(refused.body.message).toContain('spec.parameters: Invalid value: parameters are immutable');
    });

    test('fence an epoch in the status', async () => {
      await create('fenced', {});
      const at = `${path}/fenced/status`;
      expect((await api().patch(at, 'merge', {status: {holder: {identity: 'a', epoch: 2}}})).status).toBe(200);
      const stale = await api().patch(at, 'merge', {status: {holder: {identity: 'b', epoch: 1}}});
      expect(stale.body.message).toContain('status.holder: Invalid value: taken over');
      expect((await api().patch(at, 'merge', {status: {holder: {identity: 'b', epoch: 3}}})).status).toBe(200);
    });

    test('find the past of an item of a list map by its key', async () => {
      await create('steps', {});
      const at = `${path}/steps/status`;
      const steps = [
        {id: 'a', state: 'Succeeded'},
        {id: 'b', state: 'Acting'},
      ];
      expect((await api().patch(at, 'merge', {status: {steps}})).status).toBe(200);
      const reordered = [
        {id: 'b', state: 'Succeeded'},
        {id: 'a', state: 'Undoing'},
      ];
      expect((await api().patch(at, 'merge', {status: {steps: reordered}})).status).toBe(200);
      const again = [
        {id: 'new', state: 'Acting'},
        {id: 'b', state: 'Acting'},
      ];
      const refused = await api().patch(at, 'merge', {status: {steps: again}});
      expect(refused.body.details.causes).toEqual([
        {reason: 'FieldValueInvalid', message: 'Invalid value: a finished step never starts again', field: 'status.steps[1]'},
      ]);
    });

    test('with an optional past are asked on creation as well', async () => {
      expect((await post('born', {phase: 'Old'})).body.message).toContain('spec.phase: Invalid value: "Old": starts as New');
      await create('grown', {phase: 'New'});
      expect((await api().patch(`${path}/grown`, 'merge', {spec: {phase: 'Old'}})).status).toBe(200);
    });

    test('that an update leaves untouched are let pass', async () => {
      await create('kept', {min: 1, max: 2});
      const stricter = structuredClone(schema) as Json;
      stricter.properties.spec.properties.max['x-kubernetes-validations'] = [{rule: 'self > 100', message: 'max above 100'}];
      const {body} = await api().get(`${crdsPath}/${name}`);
      const spec = {...body.spec, versions: (crd('ruled', stricter) as Json).spec.versions};
      expect((await api().put(`${crdsPath}/${name}`, {...body, spec})).status).toBe(200);
      // The new rules take a moment; each try changes the field, since what stays as it was is let pass.
      let max = 2;
      const change = async () => (await api().patch(`${path}/kept`, 'merge', {spec: {max: ++max}})).status;
      await expect.poll(change, {timeout: 20_000}).toBe(422);
      expect((await api().patch(`${path}/kept`, 'merge', {spec: {min: 2}})).status).toBe(200);
    });

    async function create(object: string, spec: object): Promise<Json> {
      return api().create(path, {apiVersion: `${group}/v1`, kind: 'Ruled', metadata: {name: object}, spec});
    }

    function post(object: string, spec: object) {
      return api().post(path, {apiVersion: `${group}/v1`, kind: 'Ruled', metadata: {name: object}, spec});
    }
  });

  describe('a rule in CEL that means nothing', () => {
    const at = 'spec.validation.openAPIV3Schema.properties[spec]';

    test.each([
      [
        'names a field that is not there',
        {rule: 'self.nope == 1'},
        /compilation failed: ERROR: <input>:1:5: undefined field 'nope'\n \| self.nope == 1\n \| \.\.\.\.\^/,
      ],
      ['asks for a field that is not there', {rule: 'has(self.nope)'}, /undefined field 'nope'/],
      [
        'compares what cannot be',
        {rule: "self.size == 'x'"},
        /<input>:1:11: found no matching overload for '_==_' applied to '\(int, string\)'/,
      ],
      ['calls what is not there', {rule: 'nope(self.size) == 1'}, /<input>:1:5: undeclared reference to 'nope' \(in container ''\)/],
      ['is no sentence', {rule: 'self.size ='}, /compilation failed: ERROR: <input>:1:\d+: Syntax error/],
      ['is no yes or no', {rule: 'self.size'}, /cel expression must evaluate to a bool/],
    ])('%s: refused', async (_, rule, why) => {
      const {status, body} = await api().post(crdsPath, crd('unruled', ruled(rule)));
      expect(status).toBe(422);
      expect(body.details.causes).toMatchObject([{reason: 'FieldValueInvalid', field: `${at}.x-kubernetes-validations[0].rule`}]);
      expect(body.details.causes[0].message).toMatch(why);
      expect(body.details.causes[0].message).toContain('Invalid value: {"Rule":');
    });

    test.each([
      ['messageExpression', {rule: 'true', messageExpression: 'self.size'}, 'FieldValueInvalid'],
      ['reason', {rule: 'true', reason: 'Because'}, 'FieldValueNotSupported'],
      ['fieldPath', {rule: 'true', fieldPath: '.nope'}, 'FieldValueInvalid'],
      ['rule', {rule: ' '}, 'FieldValueRequired'],
      ['optionalOldSelf', {rule: 'true', optionalOldSelf: true}, 'FieldValueInvalid'],
    ])('a bad %s is refused', async (field, rule, reason) => {
      const {body} = await api().post(crdsPath, crd('unruled', ruled(rule)));
      expect(body.details.causes).toMatchObject([{reason, field: `${at}.x-kubernetes-validations[0].${field}`}]);
    });

    test('an item of a plain list has no past', async () => {
      const items = {type: 'string', maxLength: 5, 'x-kubernetes-validations': [{rule: 'self == oldSelf'}]};
      const list = {type: 'array', maxItems: 5, items};
      const {body} = await api().post(crdsPath, crd('unruled', {type: 'object', properties: {spec: list}}));
      expect(body.details.causes[0].message).toBe(
        `Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${at}`,
      );
    });

    function ruled(rule: object): object {
      const spec = {type: 'object', properties: {size: {type: 'integer'}}, 'x-kubernetes-validations': [rule]};
      return {type: 'object', properties: {spec}};
    }
  });
}

function crd(singular: string, openAPIV3Schema: object): object {
  const kind = `${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {name: `${singular}s.${group}`},
    spec: {
      group,
      scope: 'Namespaced',
      names: {plural: `${singular}s`, kind},
      versions: [{name: 'v1', served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema}}],
    },
  };
}

const text = {type: 'string', maxLength: 64};
const finished = "['Succeeded','Undoing','Undone','UndoFailed']";

const schema = {
  type: 'object',
  'x-kubernetes-validations': [{rule: 'self.metadata.name.size() < 20', message: 'name too long'}],
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': [
        {rule: '!has(self.min) || !has(self.max) || self.min <= self.max', message: 'min is above max'},
        {
          rule: "!has(self.word) || self.word != 'bad'",
          messageExpression: '"the word is " + self.word',
          reason: 'FieldValueForbidden',
          fieldPath: '.word',
        },
      ],
      properties: {
        min: {type: 'integer'},
        max: {type: 'integer'},
        word: {...text, 'x-kubernetes-validations': [{rule: 'self.size() > 1'}]},
        wait: {
          type: 'string',
          format: 'duration',
          'x-kubernetes-validations': [{rule: "self <= duration('1h')", message: 'at most an hour'}],
        },
        labels: {
          type: 'object',
          maxProperties: 10,
          additionalProperties: {...text, 'x-kubernetes-validations': [{rule: "self != ''", message: 'must not be empty'}]},
        },
        tags: {
          type: 'array',
          maxItems: 10,
          'x-kubernetes-list-type': 'set',
          items: text,
          'x-kubernetes-validations': [
            {rule: "self.all(tag, tag.matches('^[a-z]+$')) && !self.exists(tag, tag.startsWith('-'))", message: 'tags are lower case'},
          ],
        },
        phase: {
          ...text,
          'x-kubernetes-validations': [{rule: "oldSelf.hasValue() || self == 'New'", message: 'starts as New', optionalOldSelf: true}],
        },
        parameters: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          'x-kubernetes-validations': [{rule: 'self == oldSelf', message: 'parameters are immutable'}],
        },
      },
    },
    status: {
      type: 'object',
      properties: {
        holder: {
          type: 'object',
          properties: {identity: text, epoch: {type: 'integer', format: 'int64'}},
          'x-kubernetes-validations': [{rule: '!has(oldSelf.epoch) || self.epoch >= oldSelf.epoch', message: 'taken over'}],
        },
        steps: {
          type: 'array',
          maxItems: 100,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['id'],
          items: {
            type: 'object',
            required: ['id'],
            properties: {id: text, state: text},
            'x-kubernetes-validations': [
              {
                rule: `!(has(oldSelf.state) && oldSelf.state == 'Succeeded') || self.state in ${finished}`,
                message: 'a finished step never starts again',
              },
            ],
          },
        },
      },
    },
  },
};
