/**
 * Whose word counts: who asked for a run, whether they may do what it does, and which approvals open its gates. The
 * engine acts with its own rights and must never lend them.
 */
import {canonicalJson} from '../domain/canonical-json.ts';
import {readField, readString} from '../domain/fields.ts';
import {isNamed, ruleOfGate} from '../domain/gate-answer.ts';
import type {Approval, ApprovalRule, Requester, Risk, Run} from '../domain/run.ts';
import type {PreflightCheck} from '../domain/run-desk.ts';
import {StatusError} from '../domain/status-error.ts';
import type {Words} from '../domain/words.ts';
import {type Permission, Refusal} from './define-runbook.ts';
import type {Target} from './define-step.ts';
import {KubeClient} from './kube-client.ts';
import type {Script} from './plan-run.ts';
import type {EnginePorts} from './ports.ts';
import {recordRights} from './record-rights.ts';
import {namespaceOf, type Right, rightsOf} from './rights-of.ts';

export type Gatekeeper = {
  /** Throws Refusal where the requester is not proved and the risk asks for it. */
  checkRequester(run: Run, risk: Risk): Promise<void>;
  /** Throws Refusal naming the verb that the engine itself, or the requester, may not do. */
  checkRights(run: Run, script: Script): Promise<void>;
  /** The same rights of the engine itself, one check each: for the eye, before anything is asked for. */
  reviewRights(script: Script): Promise<PreflightCheck[]>;
  /** Whose `by` can be believed. */
  believes(): Promise<Believes>;
  /** The API server itself proves who approves. */
  areAuthorsProved(): Promise<boolean>;
  /** The API server itself proves who asks. */
  areRequestersProved(): Promise<boolean>;
};

export type Believes = (approval: Approval) => boolean;

export type GatekeeperOptions = {
  readonly ports: Pick<EnginePorts, 'kube'>;
  /** Believe `requestedBy` and `by` although no policy of the API server proves them. */
  readonly isTrusting: boolean;
  /** Runs that this very process asked for, or that its user took over by name. */
  readonly isOwnRun?: (uid: string) => boolean;
  /** Approvals that this very process wrote, by name; believed also where no policy proves them. */
  readonly isOwnApproval?: (name: string) => boolean;
  /** As the API server knows this engine. */
  readonly self: Requester;
  /** The namespace in which this engine keeps the records of runs; absent where they are not in the cluster. */
  readonly recordsIn?: string;
};

export const requesterPolicy = 'deckhand-run-requester';
export const authorPolicy = 'deckhand-approval-author';
const admission = '/apis/admissionregistration.k8s.io/v1';

export function createGatekeeper({ports, isTrusting, isOwnRun, isOwnApproval, self, recordsIn}: GatekeeperOptions): Gatekeeper {
  const client = new KubeClient(ports.kube);
  const forRecords = recordsIn === undefined ? [] : recordRights(recordsIn);
  const areRequestersProved = async (): Promise<boolean> =>
    (await isBound(client, 'mutatingadmissionpolicybindings', requesterPolicy)) ||
    (await isBound(client, 'validatingadmissionpolicybindings', requesterPolicy));
  const areAuthorsProved = (): Promise<boolean> => isBound(client, 'validatingadmissionpolicybindings', authorPolicy);
  return {
    areRequestersProved,
    areAuthorsProved,
    believes: async () => {
      const areAllProved = isTrusting || (await areAuthorsProved());
      return ({name}) => areAllProved || isOwnApproval?.(name) === true;
    },
    checkRequester: async (run, risk) => {
      if (risk === 'harmless' || isTrusting || isOwnRun?.(run.meta.uid) === true) return;
      if (!(await areRequestersProved())) {
        throw new Refusal('RequesterUnproved', {
          en: `nobody can prove who asked for this run: install the policy ${requesterPolicy} (deckhand manifests), or start the controller with --trust-requesters`,
          ru: `некому подтвердить, кто запросил запуск: установите политику ${requesterPolicy} (deckhand manifests) или запустите контроллер с --trust-requesters`,
        });
      }
      if (run.spec.requestedBy === undefined)
        throw new Refusal('RequesterUnproved', {
          en: 'spec.requestedBy is missing: create the run anew',
          ru: 'spec.requestedBy не заполнен: создайте запуск заново',
        });
    },
    reviewRights: async ({runbook, plan}) => {
      const mayEngine = askedOnce(client, engineReview);
      const isMissing = async (right: Right): Promise<boolean> => !(await mayEngine(right.attributes));
      const checks = rightsOf(runbook, plan).map(async (right): Promise<PreflightCheck> => {
        const id = rightText(right);
        return (await isMissing(right))
          ? failing(id, forbidden(self.user, right, plan.target))
          : {id, state: 'pass', text: id, isRight: true};
      });
      const ofRecords = forRecords.map(async right =>
        (await isMissing(right)) ? [failing(rightText(right), forbidden(self.user, right, plan.target))] : [],
      );
      return [...(await Promise.all(checks)), ...(await Promise.all(ofRecords)).flat()];
    },
    checkRights: async (run, {runbook, plan}) => {
      const {requestedBy} = run.spec;
      const other = requestedBy === undefined || requestedBy.user === self.user ? undefined : requestedBy;
      const mayEngine = askedOnce(client, engineReview);
      const mayOther = other && askedOnce(client, requesterReview(other));
      const requireOwn = async (right: Right): Promise<void> => {
        if (!(await mayEngine(right.attributes))) throw forbidden(self.user, right, plan.target);
      };
      const requireBoth = async (right: Right): Promise<void> => {
        await requireOwn(right);
        if (other !== undefined && (await mayOther?.(right.attributes)) === false) throw forbidden(other.user, right, plan.target);
      };
      await Promise.all(rightsOf(runbook, plan).map(requireBoth));
      await Promise.all(forRecords.map(requireOwn));
    },
  };
}

type Attributes = Right['attributes'];
type Review = (client: KubeClient, resourceAttributes: Attributes) => Promise<boolean>;

/** Several permissions may come to the same question; one check asks the API server once. */
function askedOnce(client: KubeClient, ask: Review): (attributes: Attributes) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return attributes => {
    const key = canonicalJson(attributes);
    const answer = answers.get(key) ?? ask(client, attributes);
    answers.set(key, answer);
    return answer;
  };
}

const engineReview: Review = (client, resourceAttributes) =>
  review(client, 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', {resourceAttributes});

function requesterReview({user, groups}: Requester): Review {
  return async (client, resourceAttributes) => {
    try {
      return await review(client, 'subjectaccessreviews', 'SubjectAccessReview', {resourceAttributes, user, groups});
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.code !== 403) throw error;
      throw new Refusal('Forbidden', {
        en: `this engine may not ask what ${user} may do: it needs the right to create subjectaccessreviews.authorization.k8s.io`,
        ru: `движок не может узнать права ${user}: ему нужно право create subjectaccessreviews.authorization.k8s.io`,
      });
    }
  };
}

async function review(client: KubeClient, plural: string, kind: string, spec: Readonly<Record<string, unknown>>): Promise<boolean> {
  const answer = await client.post(`/apis/authorization.k8s.io/v1/${plural}`, {apiVersion: 'authorization.k8s.io/v1', kind, spec});
  return readField(answer, 'status.allowed') === true;
}

function resourceText({group, resource}: Permission): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function rightText({verb, permission}: Right): string {
  return `${verb} ${resourceText(permission)}`;
}

function failing(id: string, {message: text, words}: Refusal): PreflightCheck {
  return {id, state: 'fail', text, isRight: true, ...(words === undefined ? {} : {words})};
}

function forbidden(user: string, right: Right, {ref}: Target): Refusal {
  const {leaving} = right.permission;
  const namespace = namespaceOf(right.permission, ref);
  const what = rightText(right);
  if (namespace === undefined && leaving !== undefined)
    return new Refusal('Forbidden', {
      en: `${user} may not ${what} in all namespaces: ${leaving} goes on the way, and with it what a RoleBinding there gives; ask for that right by a ClusterRoleBinding; nothing was changed`,
      ru: `у ${user} нет права ${what} во всех namespace: ${leaving} по пути удаляется, а с ним и права из его RoleBinding; попросите это право через ClusterRoleBinding; ничего не изменено`,
    });
  return new Refusal('Forbidden', {
    en: `${user} may not ${what}${namespace === undefined ? '' : ` in the namespace ${namespace}`}: ask for that right; nothing was changed`,
    ru: `у ${user} нет права ${what}${namespace === undefined ? '' : ` в namespace ${namespace}`}: попросите его; ничего не изменено`,
  });
}

async function isBound(client: KubeClient, plural: string, name: string): Promise<boolean> {
  try {
    const binding = await client.document(`${admission}/${plural}/${name}`);
    return binding !== undefined && readString(binding, 'spec.policyName') === name;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 403) return false;
    throw error;
  }
}

export type GateNeed = {
  readonly required: number;
  /** undefined: no rule of `spec.approvals` names the gate, so the requester's own consent opens it too. */
  readonly rule: ApprovalRule | undefined;
};

export function needOfGate({spec}: Run, gate: string): GateNeed {
  const rule = ruleOfGate(spec, gate);
  return {required: rule?.required ?? 1, rule};
}

export type GateTally = {
  readonly counted: readonly Approval[];
  readonly rejected: Approval | undefined;
  readonly refusals: readonly VoidApproval[];
};

/** `isOfOtherFacts`: nothing else speaks against it. */
export type VoidApproval = {readonly approval: Approval; readonly why: Words; readonly isOfOtherFacts: boolean};

/** Which of a run's approvals count for a gate as it stands now. One person counts once; reject wins. */
export function tallyApprovals(
  run: Run,
  gate: {readonly id: string; readonly evidenceDigest: string},
  approvals: readonly Approval[],
  {now, believes}: {readonly now: number; readonly believes: Believes},
): GateTally {
  const {rule} = needOfGate(run, gate.id);
  const counted = new Map<string, Approval>();
  const refusals: VoidApproval[] = [];
  let rejected: Approval | undefined;
  for (const approval of approvals.filter(each => each.gate === gate.id)) {
    const why = whyVoid(run, gate, approval, rule, {now, believes});
    if (why !== undefined) refusals.push({approval, why, isOfOtherFacts: why === voids.otherEvidence});
    else if (approval.decision === 'Reject') rejected = approval;
    else counted.set(approval.by, approval);
  }
  return {counted: [...counted.values()], rejected, refusals};
}

function whyVoid(
  run: Run,
  gate: {readonly evidenceDigest: string},
  approval: Approval,
  rule: ApprovalRule | undefined,
  {now, believes}: {readonly now: number; readonly believes: Believes},
): Words | undefined {
  if (!believes(approval)) return voids.unproved(approval.by);
  if (approval.planDigest !== run.status.plan?.digest) return voids.otherPlan;
  const isOfTheseFacts = approval.evidenceDigest === gate.evidenceDigest;
  return whyUnheard(run, approval, rule, now) ?? (isOfTheseFacts ? undefined : voids.otherEvidence);
}

function whyUnheard(run: Run, approval: Approval, rule: ApprovalRule | undefined, now: number): Words | undefined {
  const requester = run.spec.requestedBy?.user;
  if (approval.expiresAt !== undefined && Date.parse(approval.expiresAt) <= now) return voids.expired;
  if (approval.decision === 'Reject') return undefined;
  if (approval.kind === 'Consent') {
    if (rule !== undefined) return voids.ownConsent;
    return approval.by === requester ? undefined : voids.othersConsent;
  }
  if (approval.by === requester) return voids.ownApproval;
  return rule === undefined ? undefined : whyOutside(approval, rule, now);
}

function whyOutside(approval: Approval, rule: ApprovalRule, now: number): Words | undefined {
  const {expiresAfterSeconds} = rule;
  const created = approval.createdAt === undefined ? now : Date.parse(approval.createdAt);
  if (expiresAfterSeconds !== undefined && created + expiresAfterSeconds * 1000 <= now) return voids.expired;
  return isNamed(rule, {user: approval.by, groups: approval.groups}) ? undefined : voids.stranger(approval.by);
}

const voids = {
  unproved: (by: string): Words => ({
    en: `nobody proves that ${by} wrote it: install the policy ${authorPolicy}`,
    ru: `некому подтвердить, что писал ${by}: установите политику ${authorPolicy}`,
  }),
  otherPlan: {
    en: 'it is for another plan: its planDigest is not the one in status.plan.digest',
    ru: 'дано на другой план: planDigest не тот, что в status.plan.digest',
  },
  otherEvidence: {
    en: 'its evidenceDigest is not the one of this gate in status.steps[].gate',
    ru: 'evidenceDigest не тот, что у этого gate в status.steps[].gate',
  },
  expired: {en: 'it has expired', ru: 'срок вышел'},
  ownConsent: {en: 'spec.approvals asks for somebody else than the requester', ru: 'spec.approvals требует согласия не того, кто запросил'},
  othersConsent: {
    en: 'a Consent is given by the requester; others give an Approval',
    ru: 'Consent даёт тот, кто запросил; остальные дают Approval',
  },
  ownApproval: {en: 'the requester cannot approve: somebody else must', ru: 'кто запросил, сам не подтверждает: нужен другой'},
  stranger: (by: string): Words => ({
    en: `${by} is none of those whom spec.approvals names`,
    ru: `${by} не из тех, кого называет spec.approvals`,
  }),
} as const;
