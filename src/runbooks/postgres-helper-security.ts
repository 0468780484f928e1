/**
 * As whom the pods run that a run makes for itself. They only sleep and move files, so they fit the strictest of the Pod Security
 * Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted), which our own namespace demands.
 */
import {type Fields, readFields, readNumber} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';

/** Of Spilo's postgres: `spilo_runasuser` and `spilo_runasgroup` in the operator's manual. */
const [postgresUser, postgresGroup] = [101, 103];

/** As the member runs, where it says so and is not root: files that it left on a claim are its own. */
export function helperIdentity(member: KubeObject): Fields {
  const security = readFields(member, 'spec.securityContext');
  const given = (field: string, otherwise: number): number => readNumber(security, field) || otherwise;
  return {
    runAsNonRoot: true,
    runAsUser: given('runAsUser', postgresUser),
    runAsGroup: given('runAsGroup', postgresGroup),
    fsGroup: given('fsGroup', postgresGroup),
    seccompProfile: {type: 'RuntimeDefault'},
  };
}

/** Of each container. A quota on processor or memory takes no pod that names neither. */
export const helperContainer: Fields = {
  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
  resources: {requests: {cpu: '10m', memory: '32Mi'}, limits: {cpu: '1', memory: '256Mi'}},
};
