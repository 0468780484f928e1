/** Reads typed fields of one kubeconfig entry; a field of the wrong type is a KubeconfigError that names it. */
import {isFields} from '../domain/fields.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {KubeconfigError} from './kubeconfig-error.ts';

export type KubeconfigFields = {
  readonly file: string;
  /** The full name of a field of this entry, as errors show it. */
  at(name: string): string;
  /** undefined where absent, null or empty: kubectl makes no difference between them. */
  text(name: string): string | undefined;
  requiredText(name: string): string;
  flag(name: string): boolean;
  texts(name: string): readonly string[];
  child(name: string): KubeconfigFields | undefined;
  children(name: string): readonly KubeconfigFields[];
  list(name: string): readonly unknown[];
  raw(name: string): unknown;
};

export function kubeconfigFields(file: string, path: string, value: unknown): KubeconfigFields {
  if (!isFields(value)) throw wrongType(file, path, 'a mapping');
  const fields = value;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);

  function raw(name: string): unknown {
    return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;
  }

  function text(name: string): string | undefined {
    const found = raw(name);
    if (found === undefined || found === '') return undefined;
    if (typeof found !== 'string') throw wrongType(file, at(name), 'a string (put it in quotes)');
    return found;
  }

  function list(name: string): readonly unknown[] {
    const found = raw(name) ?? [];
    if (!Array.isArray(found)) throw wrongType(file, at(name), 'a list');
    return found;
  }

  return {
    file,
    at,
    raw,
    text,
    list,
    requiredText(name) {
      const found = text(name);
      if (found === undefined) throw new KubeconfigError(file, at(name), phrase('kubeconfig.fieldMissing', file, at(name)));
      return found;
    },
    flag(name) {
      const found = raw(name) ?? false;
      if (typeof found !== 'boolean') throw wrongType(file, at(name), 'true or false');
      return found;
    },
    texts(name) {
      return list(name).map((item, index) => {
        if (typeof item !== 'string') throw wrongType(file, `${at(name)}[${index}]`, 'a string (put it in quotes)');
        return item;
      });
    },
    child(name) {
      const found = raw(name);
      return found === undefined ? undefined : kubeconfigFields(file, at(name), found);
    },
    children(name) {
      return list(name).map((item, index) => kubeconfigFields(file, `${at(name)}[${index}]`, item));
    },
  };
}

function wrongType(file: string, field: string, expected: string): KubeconfigError {
  return new KubeconfigError(file, field, phrase('kubeconfig.wrongType', file, field === '' ? 'its content' : field, expected));
}
