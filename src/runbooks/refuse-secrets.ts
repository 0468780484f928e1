/** Keeps secrets out of parameters that hold free fields, and such fields from asking the engine for a secret. */
import {isFields} from '../domain/fields.ts';
import {isSecretName} from '../domain/page/secret-name.ts';
import {Refusal} from '../engine/define-runbook.ts';

/** `name` is the field in which the value stands. */
export function refuseSecrets(value: unknown, name: string, advice: string): void {
  if (typeof value === 'string') {
    if (value !== '' && isSecretName(name))
      throw new Refusal('SecretValue', `${name} looks like a secret, which must not stand in a run: ${advice}`);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) refuseSecrets(item, name, advice);
    return;
  }
  if (!isFields(value)) return;
  for (const [inner, each] of Object.entries(value)) {
    // The engine would put the Secret's value in with its own rights.
    if (inner.startsWith('$'))
      throw new Refusal('SecretPlace', `${name} holds ${inner}: fields that begin with $ are not taken from parameters`);
    const isNamed = inner === 'value' && typeof value.name === 'string';
    refuseSecrets(each, isNamed ? String(value.name) : inner, advice);
  }
}
