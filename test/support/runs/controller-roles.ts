/** The roles of the controller on a real API server, from which one right is taken for a while. */
import type {ApiClient} from '../control-plane/api-client.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {controllerAccount, type Rule} from './run-cluster.ts';

export type Right = {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/eviction`. */
  readonly resource: string;
  readonly namespace?: string;
};

type Role = {readonly metadata: {readonly name: string; readonly namespace?: string}; readonly rules: readonly Rule[]};

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const deadlineMs = 30_000;

export class ControllerRoles {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** No role of the controller gives it meanwhile; afterwards all are as they were. */
  async without(right: Right, act: () => Promise<void>): Promise<void> {
    const touched = (await this.#roles()).filter(({rules}) => rules.some(rule => gives(rule, right)));
    if (touched.length === 0) throw new Error(`no role gives ${right.verb} ${right.resource}`);
    for (const role of touched) await this.#setRules(role, less(role.rules, right));
    await this.#untilAllowed(right, false);
    try {
      await act();
    } finally {
      for (const role of touched) await this.#setRules(role, role.rules);
      await this.#untilAllowed(right, true);
    }
  }

  async #roles(): Promise<readonly Role[]> {
    const lists = await Promise.all(['clusterroles', 'roles'].map(plural => this.#api.send<{items: Role[]}>({path: `${rbac}/${plural}`})));
    return lists.flatMap(({items}) => items).filter(({metadata: {name}}) => /^deckhand-(controller|holder)/.test(name));
  }

  async #setRules({metadata: {name, namespace}}: Role, rules: readonly Rule[]): Promise<void> {
    const path = namespace === undefined ? `${rbac}/clusterroles/${name}` : `${rbac}/namespaces/${namespace}/roles/${name}`;
    await this.#api.send({method: 'PATCH', path, body: {rules}, contentType: 'application/merge-patch+json'});
  }

  /** The authorizer hears of roles by a watch of its own. */
  async #untilAllowed({verb, group, resource, namespace}: Right, isAllowed: boolean): Promise<void> {
    const [plural, subresource] = resource.split('/');
    const spec = {
      user: controllerAccount,
      resourceAttributes: {verb, group, resource: plural, subresource, namespace, name: nameOf(resource)},
    };
    const body = {apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec};
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    await waitUntil(
      `the API server ${isAllowed ? 'lets' : 'does not let'} the controller ${verb} ${resource}`,
      async () => (await this.#api.send<{status: {allowed: boolean}}>({method: 'POST', path, body})).status.allowed === isAllowed,
      {deadlineMs},
    );
  }
}

/** Some rules are about one object alone. */
function nameOf(resource: string): string | undefined {
  return resource === 'deployments' ? 'deckhouse' : undefined;
}

function gives({apiGroups, resources, verbs}: Rule, {verb, group, resource}: Right): boolean {
  return apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb);
}

function less(rules: readonly Rule[], right: Right): readonly Rule[] {
  return rules.flatMap(rule => {
    if (!gives(rule, right)) return [rule];
    return rule.resources.flatMap(resource => {
      const verbs = resource === right.resource ? rule.verbs.filter(verb => verb !== right.verb) : rule.verbs;
      return verbs.length === 0 ? [] : [{...rule, resources: [resource], verbs}];
    });
  });
}
