/** Keeps secrets out of parameters that hold free fields, and such fields from asking the engine for a secret. */
import {isFields} from '../domain/fields.ts';
import {isSecretName} from '../domain/page/secret-name.ts';
import {Refusal} from '../engine/define-runbook.ts';

/** `name` is the field in which the value stands; `command` sets it without a run. */
export function refuseSecrets(value: unknown, name: string, command: string): void {
  if (typeof value === 'string') {
    if (value !== '' && isSecretName(name))
      throw new Refusal('SecretValue', {
        en: `${name} looks like a secret, which must not stand in a run: use ${command}`,
        ru: `${name} похож на секрет, а ему не место в запуске: нужен ${command}`,
      });
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) refuseSecrets(item, name, command);
    return;
  }
  if (!isFields(value)) return;
  for (const [inner, each] of Object.entries(value)) {
    // The engine would put the Secret's value in with its own rights.
    if (inner.startsWith('$'))
      throw new Refusal('SecretPlace', {
        en: `${name} holds ${inner}: fields that begin with $ are not taken from parameters`,
        ru: `в ${name} есть ${inner}: поля, которые начинаются с $, из параметров не берутся`,
      });
    const isNamed = inner === 'value' && typeof value.name === 'string';
    refuseSecrets(each, isNamed ? String(value.name) : inner, command);
  }
}
