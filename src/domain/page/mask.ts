/**
 * Takes the secrets out of an object before anybody looks at it: whole Secrets, fields that are secret by name, settings
 * of modules, environment variables, and what looks like a secret within text. The object itself is never changed.
 */
import {type Fields, isFields} from '../fields.ts';
import {isSecretName, isSecretSetting} from './secret-name.ts';
import {masked, maskText} from './secret-text.ts';

/** Deeper than any real object; what lies below is not shown rather than not looked at. */
const depthMax = 200;

/** Where the walk is. */
type Place = {
  readonly depth: number;
  /** Settings of a module: names are judged by isSecretSetting. */
  readonly isSettings: boolean;
  /** Inside of a field whose name is secret. */
  readonly isInSecret: boolean;
};

const top: Place = {depth: 0, isSettings: false, isInSecret: false};

export function maskObject<Shape extends Fields>(object: Shape): Shape {
  const kind = typeof object.kind === 'string' ? object.kind : '';
  return maskOfKind(object, kind);
}

function maskOfKind<Shape extends Fields>(object: Shape, kind: string): Shape {
  // The items of a list do not say their kind.
  const items = object.items;
  if (kind.endsWith('List') && Array.isArray(items)) {
    return {...object, items: items.map(item => (isFields(item) ? maskOfKind(item, kind.slice(0, -'List'.length)) : item))};
  }
  const masker = new Masker();
  const changed: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(object)) {
    if (field === 'kind' || field === 'apiVersion') continue;
    changed[field] = maskTopField(masker, kind, field, value);
  }
  return {...object, ...changed};
}

function maskTopField(masker: Masker, kind: string, field: string, value: unknown): unknown {
  if (kind === 'Secret' && (field === 'data' || field === 'stringData')) return maskEvery(value);
  if (kind === 'ModuleConfig' && field === 'spec' && isFields(value)) {
    const {settings, ...rest} = value;
    const spec = masker.maskFields(rest, top);
    return settings === undefined ? spec : {...spec, settings: masker.maskValue(settings, {...top, isSettings: true})};
  }
  return masker.maskField(field, value, top);
}

/** Names stay, so that one sees what a Secret holds. */
function maskEvery(value: unknown): unknown {
  if (value === undefined || value === null) return value;
  return isFields(value) ? Object.fromEntries(Object.keys(value).map(name => [name, masked])) : masked;
}

class Masker {
  readonly #knownNames = new Map<string, boolean>();

  maskField(name: string, value: unknown, place: Place): unknown {
    // Holds names of fields, never values.
    if (name === 'managedFields') return value;
    const isSecret = this.#isSecret(name, place) || (place.isInSecret && holdsContent(name, place));
    return this.maskValue(value, {...place, depth: place.depth + 1, isInSecret: isSecret}, isSecret);
  }

  maskValue(value: unknown, place: Place, isSecret = false): unknown {
    if (typeof value === 'string') return isSecret && value !== '' ? masked : this.#maskString(value, place);
    if (typeof value === 'number') return isSecret ? masked : value;
    if (typeof value !== 'object' || value === null) return value;
    if (place.depth > depthMax) return masked;
    if (Array.isArray(value)) return this.#maskList(value, place, isSecret);
    return isFields(value) ? this.maskFields(value, place) : value;
  }

  /** The same object where it holds nothing to mask. */
  maskFields(fields: Fields, place: Place): Fields {
    let changed: Record<string, unknown> | undefined;
    const isLabelKey = 'operator' in fields || 'effect' in fields;
    for (const [name, value] of Object.entries(fields)) {
      // In tolerations and selectors `key` is the name of a label.
      const isPlain = isLabelKey && name === 'key';
      const safe = isPlain ? value : this.maskField(name, value, place);
      if (safe === value) continue;
      changed ??= {...fields};
      changed[name] = safe;
    }
    if (typeof fields.value === 'string' && fields.value !== '' && this.#isNamedSecret(fields)) {
      changed ??= {...fields};
      changed.value = masked;
    }
    return changed ?? fields;
  }

  #maskList(list: readonly unknown[], place: Place, isSecret: boolean): readonly unknown[] {
    let changed: unknown[] | undefined;
    const inner = {...place, depth: place.depth + 1};
    for (const [index, item] of list.entries()) {
      const before = list[index - 1];
      // `--token` and its value as two arguments.
      const isArgument =
        typeof item === 'string' && typeof before === 'string' && /^--?[\w-]+$/.test(before) && this.#isSecret(before, place);
      const safe = this.maskValue(item, inner, isSecret || isArgument);
      if (safe === item) continue;
      changed ??= [...list];
      changed[index] = safe;
    }
    return changed ?? list;
  }

  /** An environment variable, header or parameter that names itself: `{name: DB_PASSWORD, value: …}`. */
  #isNamedSecret({name, key}: Fields): boolean {
    return (typeof name === 'string' && isSecretSetting(name)) || (typeof key === 'string' && isSecretName(key));
  }

  #maskString(text: string, place: Place): string {
    if (/^\s*[{[]/.test(text)) return this.#maskJson(text, place) ?? maskText(text);
    return maskText(text);
  }

  /** Such as `kubectl.kubernetes.io/last-applied-configuration`; undefined where the text is no JSON. */
  #maskJson(text: string, place: Place): string | undefined {
    if (place.depth > depthMax) return masked;
    const value = parseJson(text);
    if (value === undefined) return undefined;
    const inner = {...place, depth: place.depth + 1};
    const safe = isFields(value) && typeof value.kind === 'string' ? maskObject(value) : this.maskValue(value, inner);
    return safe === value ? text : `${JSON.stringify(safe)}${text.endsWith('\n') ? '\n' : ''}`;
  }

  #isSecret(name: string, {isSettings}: Place): boolean {
    if (isSettings) return isSecretSetting(name);
    const known = this.#knownNames.get(name);
    if (known !== undefined) return known;
    const isSecret = isSecretName(name);
    this.#knownNames.set(name, isSecret);
    return isSecret;
  }
}

/** Within a secret field, the parts that hold the secret itself; of settings all but what only points at it. */
function holdsContent(name: string, {isSettings}: Place): boolean {
  if (isSettings) return !/^(?:name|namespace|kind|apiVersion|type|enabled|user|username|host|server|url|secretName)$/.test(name);
  return /^(?:value|data|content|raw|plaintext|base64)$/.test(name);
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
