/**
 * Takes the secrets out of an object before anybody looks at it: whole Secrets, fields that are secret by name, settings
 * of modules, environment variables, and what looks like a secret within text. The object itself is never changed.
 */
import {type Fields, isFields} from '../fields.ts';
import {isSecretName, isSecretSetting, mayNameSecret} from './secret-name.ts';
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
  return {...object, ...new Masker().maskFields(object, top)};
}

/** Names stay, so that one sees what a Secret holds. */
function maskEvery(value: unknown): unknown {
  if (value === undefined || value === null) return value;
  return isFields(value) ? Object.fromEntries(Object.keys(value).map(name => [name, masked])) : masked;
}

class Masker {
  readonly #knownNames = new Map<string, boolean>();

  #maskFieldOf(fields: Fields, kind: string, name: string, place: Place): unknown {
    const value = fields[name];
    if (kind === 'Secret' && (name === 'data' || name === 'stringData')) return maskEvery(value);
    if (kind === 'ModuleConfig' && name === 'spec' && isFields(value)) return this.#maskModuleConfig(value, place);
    if (kind.endsWith('List') && name === 'items' && Array.isArray(value))
      return this.#maskItems(value, kind.slice(0, -'List'.length), place);
    // Holds names of fields, never values.
    if (name === 'managedFields' && Array.isArray(value)) return value;
    // In tolerations and selectors `key` is the name of a label.
    if (name === 'key' && ('operator' in fields || 'effect' in fields)) return value;
    return this.#maskField(name, value, place);
  }

  #maskModuleConfig(spec: Fields, place: Place): Fields {
    const {settings, ...rest} = spec;
    const inner = {...place, depth: place.depth + 1};
    const safe = this.maskFields(rest, inner);
    return settings === undefined ? safe : {...safe, settings: this.#maskValue(settings, {...inner, isSettings: true})};
  }

  #maskItems(items: readonly unknown[], kind: string, place: Place): readonly unknown[] {
    const inner = {...place, depth: place.depth + 1};
    return items.map(item => (isFields(item) ? this.maskFields(item, inner, kind) : this.#maskValue(item, inner)));
  }

  #maskField(name: string, value: unknown, place: Place): unknown {
    if (name.endsWith('last-applied-configuration') && typeof value === 'string') return this.#maskJson(value, place) ?? masked;
    const isSecret = this.#isSecret(name, place) || (place.isInSecret && holdsContent(name, place));
    return this.#maskValue(value, {...place, depth: place.depth + 1, isInSecret: isSecret}, isSecret);
  }

  #maskValue(value: unknown, place: Place, isSecret = false): unknown {
    if (typeof value === 'string') return isSecret && value !== '' ? masked : this.#maskString(value, place);
    if (typeof value === 'number') return isSecret ? masked : value;
    if (typeof value !== 'object' || value === null) return value;
    if (place.depth > depthMax) return masked;
    if (Array.isArray(value)) return this.#maskList(value, place, isSecret);
    return isFields(value) ? this.maskFields(value, place) : value;
  }

  /** The same object where it holds nothing to mask. `listKind` is the kind of a list's items, which do not say it themselves. */
  maskFields(fields: Fields, place: Place, listKind = ''): Fields {
    if (place.depth > depthMax) return {[masked]: masked};
    const kind = typeof fields.kind === 'string' ? fields.kind : listKind;
    let changed: Record<string, unknown> | undefined;
    for (const name of Object.keys(fields)) {
      const value = fields[name];
      const safe = this.#maskFieldOf(fields, kind, name, place);
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
      const safe = this.#maskValue(item, inner, isSecret || isArgument);
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
    if (/^\s*[{["]/.test(text)) return this.#maskJson(text, place) ?? maskText(text);
    return maskText(text);
  }

  /** Such as `kubectl.kubernetes.io/last-applied-configuration`; undefined where the text is no JSON. */
  #maskJson(text: string, place: Place): string | undefined {
    if (place.depth > depthMax) return masked;
    const value = parseJson(text);
    if (value === undefined) return undefined;
    const inner = {...place, depth: place.depth + 1};
    const safe = this.#maskValue(value, inner);
    return safe === value ? text : `${JSON.stringify(safe)}${text.endsWith('\n') ? '\n' : ''}`;
  }

  #isSecret(name: string, {isSettings}: Place): boolean {
    if (isSettings) return isSecretSetting(name);
    if (!mayNameSecret(name)) return false;
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
