/** `-p name=value` of the command line as the parameters of a runbook. */
import {InvalidArgumentError} from 'commander';
import {parse} from 'yaml';
import {isFields} from '../../domain/fields.ts';

export type Given = Readonly<Record<string, unknown>>;

/** Objects and lists are written as JSON or YAML: `-p settings='{a: 1}'`; whatever else is text, which the runbook reads by its type. */
export function readParameter(text: string, before: Given = {}): Given {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`A parameter is written as name=value, not ${text}.`);
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (name in before) throw new InvalidArgumentError(`Parameter ${name} is given twice.`);
  return {...before, [name]: /^\s*[[{]/.test(value) ? readStructure(name, value) : value};
}

function readStructure(name: string, value: string): unknown {
  try {
    const parsed: unknown = parse(value);
    if (isFields(parsed) || Array.isArray(parsed)) return parsed;
  } catch {
    throw new InvalidArgumentError(`Parameter ${name} is neither JSON nor YAML.`);
  }
  return value;
}
