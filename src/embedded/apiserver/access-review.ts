/** Answers about the caller's own rights: the user of the one token may do everything. */
import type {Fields} from '../../domain/fields.ts';
import type {UserInfo} from './api-call.ts';

const whole = {metadata: {creationTimestamp: null}};

/** `POST …/selfsubjectaccessreviews`: the question comes back with its answer. */
export function answerAccessReview(review: Fields): Fields {
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    ...whole,
    spec: review.spec ?? {},
    status: {allowed: true, reason: 'the user of the embedded cluster may do everything'},
  };
}

/** `POST …/selfsubjectrulesreviews`. */
export function answerRulesReview(): Fields {
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    ...whole,
    spec: {},
    status: {
      resourceRules: [{verbs: ['*'], apiGroups: ['*'], resources: ['*']}],
      nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}],
      incomplete: false,
    },
  };
}

/** `POST …/selfsubjectreviews`: who am I. */
export function answerSelfReview(user: UserInfo): Fields {
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    ...whole,
    status: {userInfo: {username: user.username, ...(user.uid !== '' && {uid: user.uid}), groups: user.groups}},
  };
}
