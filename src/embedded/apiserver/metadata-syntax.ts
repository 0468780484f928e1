/** What names, label keys, label values and finalizers may look like, with the sentences of kube-apiserver where they do not. */

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const subdomainFault =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelFault =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric " +
  "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const partFault =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or " +
  "'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueFault =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** `path` is any name that can stand in a URL path, as RBAC objects have it. */
export type NameRule = 'subdomain' | 'label' | 'path';

export function nameFault(name: string, rule: NameRule): string | undefined {
  switch (rule) {
    case 'path':
      return pathFault(name);
    case 'label':
      if (name.length > 63) return 'must be no more than 63 bytes';
      if (label.test(name)) return undefined;
      return name.includes('.') ? 'must not contain dots' : labelFault;
    case 'subdomain':
      if (name.length > 253) return 'must be no more than 253 bytes';
      return subdomain.test(name) ? undefined : subdomainFault;
  }
}

export function labelKeyFault(key: string): string | undefined {
  const parts = key.split('/');
  if (parts.length > 2) return `a valid label key ${partFault} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === '') return 'prefix part must be non-empty';
  if (prefix !== undefined && !subdomain.test(prefix)) return `prefix part ${subdomainFault}`;
  if (name === '') return 'name part must be non-empty';
  if (name.length > 63) return 'name part must be no more than 63 bytes';
  return qualifiedPart.test(name) ? undefined : `name part ${partFault}`;
}

export function labelValueFault(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 bytes';
  return labelValue.test(value) ? undefined : valueFault;
}

export function finalizerFault(finalizer: string): string | undefined {
  const problem = labelKeyFault(finalizer);
  if (problem !== undefined) return problem;
  if (finalizer.includes('/') || standardFinalizers.has(finalizer)) return undefined;
  return 'name is neither a standard finalizer name nor is it fully qualified';
}

function pathFault(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  const wrong = ['/', '%'].find(character => name.includes(character));
  return wrong === undefined ? undefined : `may not contain '${wrong}'`;
}
